import { escapeHtml } from '../escape-html.ts';
import type { RenderedMessage } from './smtp-transport.ts';

export type Facts = readonly (readonly [label: string, value: string])[];

/** A message before it has a form. Every text is plain text. */
export type MessageText = {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly url: string };
  /** To type instead of opening the link. */
  readonly code?: string;
  /** Facts in two columns, such as when and where. */
  readonly facts?: Facts;
  /** After the action, smaller. */
  readonly notes: readonly string[];
};

/** The sender as the reader knows it. */
export type Sender = { readonly appName: string; readonly publicUrl: string };

const spaced = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

const renderText = ({ paragraphs, action, code, facts = [], notes }: MessageText, sender: Sender): string =>
  [
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...(code ? [`Or enter this code: ${spaced(code)}`] : []),
    ...(facts.length > 0 ? [facts.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    ...notes,
    `-- \n${sender.appName}, ${sender.publicUrl}`,
  ].join('\n\n');

// Mail clients read style attributes reliably; those that know the color scheme read the rules of the head, too.
const darkRules =
  'body,.page{background:#111318!important}.card{background:#1b1e25!important;border-color:#333844!important}.text,.fact{color:#e8eaf0!important}.note{color:#a3a9b8!important}.link{color:#9db7ff!important}.code{background:#252a34!important;color:#fff!important}';

const renderHtml = (message: MessageText, { appName, publicUrl }: Sender): string => {
  const { subject, paragraphs, action, code, facts = [], notes } = message;
  const paragraph = (text: string): string =>
    `<p class="text" style="margin:0 0 16px;font-size:16px;line-height:1.5;color:#1c2030;word-break:break-word">${escapeHtml(text)}</p>`;
  const note = (text: string): string =>
    `<p class="note" style="margin:16px 0 0;font-size:13px;line-height:1.5;color:#5a6172">${escapeHtml(text)}</p>`;
  const fact = ([label, value]: readonly [string, string]): string =>
    `<tr><td class="note" style="padding:4px 16px 4px 0;font-size:14px;color:#5a6172;vertical-align:top">${escapeHtml(label)}</td><td class="fact" style="padding:4px 0;font-size:14px;color:#1c2030;word-break:break-word"><bdi>${escapeHtml(value)}</bdi></td></tr>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>@media (prefers-color-scheme:dark){${darkRules}}</style>
</head>
<body style="margin:0;background:#f2f3f7">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f3f7;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#fff;border:1px solid #dfe2ea;border-radius:12px"><tr><td style="padding:28px 24px">
<p class="text" style="margin:0 0 20px;font-size:15px;font-weight:600;color:#1c2030;word-break:break-word">${escapeHtml(appName)}</p>
${paragraphs.map(paragraph).join('\n')}
${action ? `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:12px 20px;background:#2f54d1;border-radius:8px;font-size:16px;font-weight:600;color:#fff;text-decoration:none">${escapeHtml(action.label)}</a></p>` : ''}
${code ? `${paragraph('Or enter this code:')}<p class="code" style="margin:0 0 16px;padding:12px 16px;display:inline-block;background:#eef0f6;border-radius:8px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:24px;letter-spacing:2px;color:#1c2030">${spaced(code)}</p>` : ''}
${facts.length > 0 ? `<table role="presentation" cellpadding="0" cellspacing="0">${facts.map(fact).join('')}</table>` : ''}
${notes.map(note).join('\n')}
${action ? `<p class="note" style="margin:16px 0 0;font-size:13px;line-height:1.5;color:#5a6172">If the button does not work, open this address: <a class="link" href="${escapeHtml(action.url)}" style="color:#2f54d1;word-break:break-all">${escapeHtml(action.url)}</a></p>` : ''}
</td></tr></table>
<p class="note" style="margin:16px 0 0;font-size:13px;color:#5a6172">${escapeHtml(appName)}, <a class="link" href="${escapeHtml(publicUrl)}" style="color:#2f54d1">${escapeHtml(publicUrl)}</a></p>
</td></tr></table>
</body>
</html>
`;
};

export const renderMessage = (message: MessageText, sender: Sender): RenderedMessage => ({
  subject: message.subject,
  text: renderText(message, sender),
  html: renderHtml(message, sender),
});
