import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { build, minifySync, type Rolldown } from 'vite';
import { findBrowser } from '../../e2e/browser.ts';
import { startLatchkey } from '../latchkey.ts';
import { inTurn, type Metric, type Part } from '../part.ts';
import { latchkeyData } from '../world.ts';

const [painted, interactive, bytes, size] = ['first paint', 'interactive', 'transferred', 'JavaScript, gzipped'];

/** The package of a module of the build. */
const packageOf = (id: string): string => {
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
  if (name) return name;
  const [, workspace] = /\/packages\/([\w-]+)\//.exec(id) ?? [];
  return workspace ? `@latchkey/${workspace}` : 'Latchkey pages';
};

/** Builds the web app in memory. Returns each package's share of what index.html loads, in kB. */
const sizesByPackage = async (): Promise<Record<string, number[]>> => {
  const codes = new Map<string, string>();
  const weigh = {
    name: 'weigh',
    generateBundle(_options: unknown, bundle: Rolldown.OutputBundle) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
      const first = new Set(chunks.filter(({ isEntry }) => isEntry));
      for (const { imports } of first) {
        for (const chunk of chunks) if (imports.includes(chunk.fileName)) first.add(chunk);
      }
      for (const { modules } of first) {
        for (const [id, { code }] of Object.entries(modules)) {
          // What a module exports looks unused here.
          const minified = minifySync(id, code ?? '', { module: true, compress: { unused: false } }).code;
          codes.set(packageOf(id), (codes.get(packageOf(id)) ?? '') + minified);
        }
      }
    },
  };
  await build({
    root: 'apps/web',
    configFile: 'apps/web/vite.config.ts',
    logLevel: 'silent',
    build: { write: false },
    plugins: [weigh],
  });
  const sizes = [...codes].map(([name, code]): [string, number[]] => [name, [gzipSync(code).length / 1000]]);
  return Object.fromEntries(sizes.sort(([, [a = 0]], [, [b = 0]]) => b - a));
};

/** Lighthouse's slow phone on a slow mobile network. */
const slowCpu = { rate: 4 };
const slowNetwork = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 2 ** 20) / 8,
  uploadThroughput: (750 * 2 ** 10) / 8,
};

export const firstPage: Part = {
  title: 'First page',
  about:
    'A browser without cache, with a quarter of this CPU and a slow mobile network (1.6 Mbit/s, 150 ms round trip). A page is interactive when the user name field is visible and no task longer than 50 ms follows. Sizes are the share of each package in what index.html loads, each module minified and each package gzipped separately, so they add up to more than the page.',
  targets: [{ what: 'sign-in page interactive', of: [interactive, 'sign-in page'], max: 2500 }],
  async measure(say) {
    const { databaseUrl } = await latchkeyData();
    const latchkey = await startLatchkey(databaseUrl);
    const browser = await chromium.launch({
      executablePath: findBrowser() ?? '',
      args: ['--disable-background-networking', '--disable-component-update'],
      chromiumSandbox: process.getuid?.() !== 0,
    });
    const visit = (path: string) => async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.enable');
      await devtools.send('Network.emulateNetworkConditions', slowNetwork);
      await devtools.send('Emulation.setCPUThrottlingRate', slowCpu);
      let received = 0;
      devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
        received += encodedDataLength;
      });
      await page.addInitScript(() => {
        const seen = { field: 0, busyUntil: 0 };
        Object.assign(window, { seen });
        new MutationObserver(() => {
          if (seen.field === 0 && document.querySelector('input[name="username"]')) seen.field = performance.now();
        }).observe(document, { childList: true, subtree: true });
        new PerformanceObserver((list) => {
          for (const { startTime, duration } of list.getEntries()) seen.busyUntil = startTime + duration;
        }).observe({ type: 'longtask', buffered: true });
      });
      await page.goto(latchkey.base + path, { waitUntil: 'networkidle' });
      await page.waitForTimeout(1000);
      const figures = await page.evaluate(() => {
        const { seen } = window as unknown as { seen: { field: number; busyUntil: number } };
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        return {
          paint: paint?.startTime ?? Number.NaN,
          usable: Math.max(seen.field, seen.busyUntil),
          field: seen.field,
        };
      });
      await context.close();
      if (figures.field === 0) throw new Error(`${path} has no user name field`);
      return { [painted]: figures.paint, [interactive]: figures.usable, [bytes]: received / 1000 };
    };
    const kinds = { 'sign-in page': visit('/login'), 'register page': visit('/register') };
    const visits = await inTurn(5, { [painted]: 'ms', [interactive]: 'ms', [bytes]: 'kB' }, kinds, say);
    await browser.close();
    await latchkey.stop();
    say('weighing the packages');
    const weights: Metric = { name: size, unit: 'kB', rounds: await sizesByPackage() };
    return [...visits, weights];
  },
};
