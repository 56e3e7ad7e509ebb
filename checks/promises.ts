import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const page = 'docs/security.md';

/** Each promise on the page is a list item in bold, followed by its tests: `[name of the test](its file)`. */
export const promises = (text: string = readFileSync(page, 'utf8')): string[] => {
  const items = text.split(/^- \*\*/m).slice(1);
  const untested = items.filter((item) => !/^ {2}- \[/m.test(item)).map((item) => item.split('**')[0]?.trim());
  const named = [...text.matchAll(/^ {2}- \[(.+)\]\((\S+)\)/gm)].map(([, name = '', file = '']) => ({
    name: name.replaceAll('\\', ''),
    file: join(dirname(page), file),
  }));
  const missing = named.filter(({ name, file }) => {
    const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return !["'", '"', '`'].some(
      (quote) => source.includes(`(${quote}${name}${quote}`) || source.includes(`  ${quote}${name}${quote},`),
    );
  });
  return [
    ...untested.map((promise) => `${page}: no test is listed for "${promise}"`),
    ...missing.map(({ name, file }) => `${page}: there is no test "${name}" in ${file}`),
  ];
};
