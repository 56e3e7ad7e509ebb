import { spawnSync } from 'node:child_process';
import { findBrowser } from './browser.ts';

/** Returns the path of a browser for the tests, and installs one if there is none. */
const installBrowser = (): string => {
  const found = findBrowser();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  const commands: string[][] = [
    ['playwright', 'install', isRoot ? '--with-deps' : '', 'chromium'].filter((arg) => arg !== ''),
    ...(isRoot
      ? [
          ['apt-get', 'update', '--quiet'],
          ['apt-get', 'install', '--yes', '--quiet', 'chromium'],
        ]
      : []),
  ];
  for (const [command = '', ...args] of commands) {
    console.log(`No browser yet; trying: ${command} ${args.join(' ')}`);
    spawnSync(command, args, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      shell: process.platform === 'win32',
      timeout: 600_000,
    });
    const installed = findBrowser();
    if (installed) return installed;
  }
  console.error(
    'No browser for the end-to-end tests. Install Chromium or Google Chrome, or set PLAYWRIGHT_CHROMIUM=/path/to/chromium.',
  );
  process.exit(1);
};

console.log(`Testing with ${installBrowser()}`);
