import { type BrowserContext, chromium } from '@playwright/test';
import lighthouse from 'lighthouse';
import { freePort } from '../../apps/api/testing/free-port.ts';
import { findBrowser } from '../../e2e/browser.ts';
import { startLatchkey } from '../latchkey.ts';
import { inTurn, type Part } from '../part.ts';
import { fileIn, password } from '../world.ts';

const guestPaths = ['/login', '/register'];
const signedInPaths = ['/profile', '/tokens'];
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];
const [painted, blocked, shift] = ['largest contentful paint', 'total blocking time', 'layout shift'];
const power = 'power of this CPU';

/** Creates an account with three API tokens. The cookies of `context` are then those of its session. */
const signIn = async ({ request }: BrowserContext, base: string): Promise<void> => {
  const post = async (path: string, data: object, headers: Record<string, string>) => {
    const answer = await request.post(base + path, { data, headers });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    return answer.json();
  };
  const account = { username: 'grace', password, delivery: 'cookie' };
  const { access_token } = await post('/api/accounts/register', account, { Origin: base });
  for (const name of ['Backup script', 'Wiki', 'Build server']) {
    await post('/api/tokens', { name }, { Authorization: `Bearer ${access_token}` });
  }
};

export const lighthousePages: Part = {
  title: 'Lighthouse',
  about:
    'Lighthouse with its default settings: a browser without cache on a simulated slow phone and a slow mobile network. The database is new. On /profile and /tokens a user with three API tokens is signed in. Lighthouse multiplies the measured CPU time by four, so other load on the machine lowers the performance score; its own index of the CPU shows that load.',
  targets: [...guestPaths, ...signedInPaths].flatMap((path) => [
    ...categories.map((category) => ({ what: `${category} of ${path}`, of: [category, path] as const, min: 95 })),
    { what: `${shift} of ${path}`, of: [shift, path], max: 0.02 },
  ]),
  async measure(say) {
    const [port, debugPort] = [await freePort(), await freePort()];
    const base = `http://127.0.0.1:${port}`;
    const settings = { PORT: String(port), PUBLIC_URL: base };
    const latchkey = await startLatchkey(`file:${fileIn('lighthouse.db')}`, { settings });
    // Lighthouse opens its tab in the browser's default context. Only a persistent context gives us its cookies.
    const context = await chromium.launchPersistentContext('', {
      executablePath: findBrowser() ?? '',
      args: [`--remote-debugging-port=${debugPort}`, '--disable-background-networking', '--disable-component-update'],
      chromiumSandbox: process.getuid?.() !== 0,
    });
    const visit = (path: string) => async () => {
      const report = (await lighthouse(base + path, { port: debugPort, logLevel: 'error' }))?.lhr;
      if (report?.runtimeError) throw new Error(report.runtimeError.message);
      if (report?.finalDisplayedUrl !== base + path) throw new Error(`${path} led to ${report?.finalDisplayedUrl}`);
      const { audits } = report;
      return {
        ...Object.fromEntries(categories.map((name) => [name, (report.categories[name]?.score ?? 0) * 100])),
        [painted]: audits['largest-contentful-paint']?.numericValue ?? Number.NaN,
        [blocked]: audits['total-blocking-time']?.numericValue ?? Number.NaN,
        [shift]: audits['cumulative-layout-shift']?.numericValue ?? Number.NaN,
        [power]: report.environment.benchmarkIndex,
      };
    };
    const units = {
      ...Object.fromEntries(categories.map((name) => [name, ''])),
      [painted]: 'ms',
      [blocked]: 'ms',
      [shift]: '',
      [power]: '',
    };
    const measure = (paths: readonly string[]) =>
      inTurn(3, units, Object.fromEntries(paths.map((path) => [path, visit(path)])), say);
    const asGuest = await measure(guestPaths);
    await signIn(context, base);
    const signedIn = await measure(signedInPaths);
    await context.close();
    await latchkey.stop();
    return asGuest.map((metric, place) => ({ ...metric, rounds: { ...metric.rounds, ...signedIn[place]?.rounds } }));
  },
};
