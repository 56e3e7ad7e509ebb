import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const { PLAYWRIGHT_CHROMIUM, PATH = '' } = process.env;

const findFirst = (paths: readonly (string | undefined)[]): string | undefined =>
  paths.find((path) => path !== undefined && path !== '' && existsSync(path));

const onPath = (...names: string[]): string[] =>
  names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)));

/** The Chromium to test with: PLAYWRIGHT_CHROMIUM, Playwright's own, or the system's. */
export const findBrowser = (): string | undefined =>
  findFirst([
    PLAYWRIGHT_CHROMIUM,
    chromium.executablePath(),
    ...onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'),
  ]);

/** Chromium without windows, profiles and the back/forward cache: tests take two thirds of the time in it. */
export const findHeadlessShell = (): string | undefined =>
  findFirst([PLAYWRIGHT_CHROMIUM, ...onPath('chromium-headless-shell')]) ?? findBrowser();
