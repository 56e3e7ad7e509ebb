import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const isSet = (path: string | undefined): path is string => path !== undefined && path !== '';

/** The Chromium to test with: PLAYWRIGHT_CHROMIUM, Playwright's own, or the system's. */
export const findBrowser = (): string | undefined => {
  const { PLAYWRIGHT_CHROMIUM, PATH = '' } = process.env;
  const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) =>
    PATH.split(delimiter).map((folder) => join(folder, name)),
  );
  return [PLAYWRIGHT_CHROMIUM, chromium.executablePath(), ...onPath].filter(isSet).find((path) => existsSync(path));
};
