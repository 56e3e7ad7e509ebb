import { escapeHtml } from '../escape-html.ts';
import type { PersonalData, Row } from './personal-data.ts';

export type ExportHead = { readonly service: string; readonly url: string; readonly exportedAt: Date };

/** The data as one JSON object, a page at a time. */
export async function* jsonFile(head: ExportHead, { account, sections }: PersonalData): AsyncGenerator<string> {
  yield `${JSON.stringify({ ...head, account }, null, 2).slice(0, -2)}`;
  for (const { name, pages } of sections) {
    yield `,\n  ${JSON.stringify(name)}: [`;
    let separator = '';
    for await (const page of pages()) {
      if (page.length === 0) continue;
      yield separator + page.map((row) => `\n    ${JSON.stringify(row)}`).join(',');
      separator = ',';
    }
    yield '\n  ]';
  }
  yield '\n}\n';
}

const styles = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:72rem;margin:0 auto;padding:1.5rem}
.table{overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem}
th,td{padding:.25rem .75rem .25rem 0;text-align:start;vertical-align:top;border-bottom:1px solid #8886}
th{white-space:nowrap}
td{max-width:28rem;overflow-wrap:break-word}
pre{margin:0;white-space:pre-wrap}`;

/** `createdAt` as `Created at`. */
const label = (name: string): string => {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return escapeHtml(words.charAt(0).toUpperCase() + words.slice(1));
};

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (value instanceof Date) return `<time>${value.toISOString()}</time>`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
  return `<bdi>${escapeHtml(String(value))}</bdi>`;
};

const headings = (row: Row): string =>
  `<thead><tr>${Object.keys(row)
    .map((name) => `<th scope="col">${label(name)}</th>`)
    .join('')}</tr></thead>`;

const tableRow = (row: Row): string =>
  `<tr>${Object.values(row)
    .map((value) => `<td>${cell(value)}</td>`)
    .join('')}</tr>\n`;

const accountRows = (account: Row): string =>
  Object.entries(account)
    .map(([name, value]) => `<tr><th scope="row">${label(name)}</th><td>${cell(value)}</td></tr>\n`)
    .join('');

/** The data as one page for the browser, which loads nothing and runs nothing. */
export async function* htmlFile(head: ExportHead, { account, sections }: PersonalData): AsyncGenerator<string> {
  const title = `Your data at ${escapeHtml(head.service)}`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<h1>${title}</h1>
<p>${escapeHtml(head.url)}, ${cell(head.exportedAt)}. The same data for programs: account.json.</p>
<h2>Account</h2>
<div class="table"><table>${accountRows(account)}</table></div>
`;
  for (const section of sections) {
    yield `<h2>${section.title}</h2>\n`;
    let isEmpty = true;
    for await (const page of section.pages()) {
      const [first] = page;
      if (!first) continue;
      yield `${isEmpty ? `<div class="table"><table>${headings(first)}\n` : ''}${page.map(tableRow).join('')}`;
      isEmpty = false;
    }
    yield isEmpty ? '<p>None.</p>\n' : '</table></div>\n';
  }
  yield '</body>\n</html>\n';
}
