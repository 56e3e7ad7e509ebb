import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { trackedFiles } from './tracked-files.ts';

const scripts: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;
const everyFile = trackedFiles(/./);

/** A path that starts with one of these must exist. */
const roots = /^(apps|packages|e2e|docs|checks|\.ci)\//;

const exists = (path: string, beside: string): boolean =>
  existsSync(path) || existsSync(join(dirname(beside), path)) || everyFile.some((file) => file.startsWith(`${path}/`));

/** The files, commands and links of a page that do not exist. */
const faultsOf = (page: string): string[] => {
  const text = readFileSync(page, 'utf8');
  const named = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const files = named.filter((code) => roots.test(code) && !/[\s*<{…]/.test(code));
  const commands = [...text.matchAll(/pnpm (?:run )?([a-z][\w:-]*)/g)].map(([, script = '']) => script);
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = '']) => link);
  return [
    ...files.filter((file) => !exists(file, page)).map((file) => `${page} names ${file}, which does not exist`),
    ...commands
      .filter((script) => !(script in scripts) && !['install', 'exec', 'add', 'pack', 'publish'].includes(script))
      .map((script) => `${page} names pnpm ${script}, which is not a script`),
    ...links.filter((link) => !exists(link, page)).map((link) => `${page} links to ${link}, which does not exist`),
  ];
};

/** docs/architecture.md draws the tree. It must show every folder that contains source. */
const missingRooms = (): string[] => {
  const drawing = readFileSync('docs/architecture.md', 'utf8');
  const rooms = new Set(
    everyFile.flatMap((file) => /^(apps\/\w+\/src\/[\w-]+|packages\/\w+|e2e|checks)\//.exec(file)?.[1] ?? []),
  );
  return [...rooms]
    .filter((room) => !drawing.includes(`${room.split('/').at(-1)}/`))
    .map((room) => `docs/architecture.md does not show ${room}/`);
};

export const prose = (): string[] => [...trackedFiles(/\.md$/).flatMap(faultsOf), ...missingRooms()];
