import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Mailbox, ReceivedMessage } from './start-mailbox.ts';

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.5rem .75rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
iframe{width:100%;height:36rem;border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:8px}pre{white-space:pre-wrap;overflow-wrap:anywhere}`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}</body></html>`;

const row = ({ number, receivedAt, recipients, email }: ReceivedMessage): string =>
  `<tr><td>${receivedAt.toISOString().slice(11, 19)}</td><td>${escapeHtml(recipients.join(', '))}</td><td><a href="/${number}">${escapeHtml(email.subject ?? '(no subject)')}</a></td></tr>`;

const listPage = (messages: readonly ReceivedMessage[]): string =>
  page(
    'Mailbox',
    `<h1>Mailbox</h1><p>Messages that Latchkey sent in development. Nothing leaves this machine.</p>${
      messages.length === 0
        ? '<p>No messages yet.</p>'
        : `<table><thead><tr><th>Time (UTC)</th><th>To</th><th>Subject</th></tr></thead><tbody>${messages.toReversed().map(row).join('')}</tbody></table>`
    }`,
  );

/** The links of the message open outside the frame. */
const messagePage = ({ number, recipients, email }: ReceivedMessage): string =>
  page(
    email.subject ?? 'Message',
    `<p><a href="/">All messages</a></p><h1>${escapeHtml(email.subject ?? '')}</h1><p>To ${escapeHtml(recipients.join(', '))}</p>
<iframe src="/${number}/html" sandbox="allow-popups allow-popups-to-escape-sandbox" title="Message"></iframe><h2>As text</h2><pre>${escapeHtml(email.text ?? '')}</pre>`,
  );

const inNewTab = (html: string): string => html.replace('<head>', '<head><base target="_blank">');

/** Serves the messages on 127.0.0.1: pages for people, and `/api/messages` as JSON for tests. */
export const startPage = async (mailbox: Mailbox, port: number): Promise<Server> => {
  const answer = (response: ServerResponse, status: number, type: string, body: string): void =>
    void response
      .writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' })
      .end(body);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://mailbox');
    if (pathname === '/') return answer(response, 200, 'text/html', listPage(mailbox.messages));
    if (pathname === '/api/messages') {
      return answer(response, 200, 'application/json', JSON.stringify(mailbox.messages));
    }
    const [, number, part] = /^\/(\d{1,9})(\/html)?$/.exec(pathname) ?? [];
    const message = mailbox.messages.find((one) => String(one.number) === number);
    if (!message) return answer(response, 404, 'text/html', page('Not found', '<p>There is no such message.</p>'));
    if (part) return answer(response, 200, 'text/html', inNewTab(message.email.html ?? ''));
    return answer(response, 200, 'text/html', messagePage(message));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return server;
};
