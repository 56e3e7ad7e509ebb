import { spawnSync } from 'node:child_process';
import { findBrowser } from './browser.ts';

/** Sees to it that there is a browser to test with, and says which; else says what to do. */
const bringBrowser = (): string => {
  const found = findBrowser();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  const ways: string[][] = [
    ['playwright', 'install', isRoot ? '--with-deps' : '', 'chromium'].filter((word) => word !== ''),
    ...(isRoot
      ? [
          ['apt-get', 'update', '--quiet'],
          ['apt-get', 'install', '--yes', '--quiet', 'chromium'],
        ]
      : []),
  ];
  for (const [command = '', ...words] of ways) {
    console.log(`No browser yet; trying: ${command} ${words.join(' ')}`);
    spawnSync(command, words, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      shell: process.platform === 'win32',
      timeout: 600_000,
    });
    const brought = findBrowser();
    if (brought) return brought;
  }
  console.error(
    'There is no browser for the end-to-end tests. Install Chromium or Google Chrome, or name one: PLAYWRIGHT_CHROMIUM=/path/to/chromium',
  );
  process.exit(1);
};

console.log(`Testing with ${bringBrowser()}`);
