import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { trackedFiles } from './tracked-files.ts';

const click = /getByRole\('link', .*\)\.click\(\);$/;

it.each(trackedFiles(/^e2e\/.*\.spec\.ts$/))('%s waits for the page that a link opens', (file) => {
  // Until the new page has loaded, the page before it is still there, and a locator may find its elements.
  const lines = readFileSync(file, 'utf8').split('\n');
  const unsafe = lines.filter(
    (line, at) =>
      click.test(line) &&
      !lines
        .slice(at, at + 4)
        .join('\n')
        .includes('heading('),
  );
  expect(unsafe).toEqual([]);
});

it.each(trackedFiles(/^e2e\/.*\.spec\.ts$/))('%s waits for what a key press opens', (file) => {
  // Until the dialog or page has opened, the next key goes to the one before it.
  const lines = readFileSync(file, 'utf8').split('\n');
  const unsafe = lines.filter(
    (line, at) => line.includes("keyboard.press('Enter')") && (lines[at + 1] ?? '').includes('keyboard.'),
  );
  expect(unsafe).toEqual([]);
});
