import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { askForTokens, callback, codeFor, refreshApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { freshName, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('pnpm apps on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const run = (...words: readonly string[]): Promise<string> => runCommand(latchkey().services, 'apps', ...words);
  const add = async (name: string, ...options: readonly string[]) => {
    const printed = await run('add', name, '--redirect', callback, ...options);
    const [, id = ''] = /Client id: (app_[a-z2-7]{26})/.exec(printed) ?? [];
    const [, secret] = /secret \(shown once\): (\S+)$/.exec(printed) ?? [];
    return { id, secret, printed };
  };

  it('adds a public app, which signs people in', async () => {
    const app = await add('public-shop');
    expect(app.printed).toBe(`Added public-shop. Client id: ${app.id}`);
    await signInToApp(latchkey(), app, await latchkey().person());
  });

  it('adds a confidential app, and prints its secret once', async () => {
    const app = await add('wiki', '--confidential', '--audience', 'wiki-api', '--scope', 'read write');
    expect(app.secret).toMatch(/^latchkey_secret_[\w-]{43}$/);
    await signInToApp(latchkey(), app, await latchkey().person());
    const shown = await run('show', 'wiki');
    expect(shown).toMatch(/^Audience +wiki-api$/m);
    expect(shown).toMatch(/^Scopes +openid profile email offline_access read write$/m);
    expect(shown).toMatch(/^Valid secrets +1$/m);
    expect(shown).not.toContain(app.secret);
    expect(await run('show', app.id)).toBe(shown);
  });

  it('a new secret works at once, the one before it for one more day', async () => {
    const app = await add('blog', '--confidential');
    const printed = await run('rotate-secret', 'blog');
    const [, secret] = /shown once\): (\S+)\n/.exec(printed) ?? [];
    const person = await latchkey().person();
    const newer = { ...app, secret };
    await signInToApp(latchkey(), newer, person);
    latchkey().clock.turn(86_399);
    const { id } = await latchkey().person();
    const later = await latchkey().openSessionOf(id);
    await signInToApp(latchkey(), app, later);
    latchkey().clock.turn(1);
    expectOAuthError(await askForTokens(latchkey(), await codeFor(latchkey(), app, later)), 'invalid_client');
    await signInToApp(latchkey(), newer, later);
  });

  it('adds an app with a service account, with a key, and for devices', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const file = join(mkdtempSync(join(inject('scratchFolder'), 'key-')), 'billing.pem');
    writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
    const account = freshName();
    const printed = await run(
      'add',
      'billing',
      '--public-key',
      file,
      '--service-account',
      account,
      '--scope',
      'invoices',
    );
    expect(printed).toMatch(/^Added billing. Client id: app_[a-z2-7]{26}$/);
    const shown = await run('show', 'billing');
    expect(shown).toMatch(new RegExp(`^Service account +${account}$`, 'm'));
    expect(shown).toMatch(/^Public key +registered$/m);
    expect(await runCommand(latchkey().services, 'users', 'list', '--name', account)).toContain(account);
    await run('add', 'cli', '--device');
    expect(await run('show', 'cli')).toMatch(/^Device flow +allowed$/m);
    await expect(run('rotate-secret', 'billing')).rejects.toThrow('billing has a key, so it has no secret.');
  });

  it('lists apps, and removes one with every sign-in to it', async () => {
    const app = await add('short-lived');
    expect(await run('list')).toMatch(new RegExp(`^short-lived +public +${app.id} +${callback}$`, 'm'));
    const { refresh_token } = await signInToApp(latchkey(), app, await latchkey().person());
    expect(await run('remove', 'short-lived')).toBe('short-lived is removed; ended 1 session of it.');
    expect((await refreshApp(latchkey(), app, refresh_token)).status).toBe(401);
    await expect(run('remove', 'short-lived')).rejects.toThrow('There is no app short-lived; see pnpm apps list.');
  });

  it.each([
    [['x'], 'An app needs a redirect URI'],
    [['x', '--service-account', 'x-bot'], 'must prove who it is: add --confidential'],
    [['x', '--public-key', '/no/such/key'], 'cannot be read'],
    [['x', '--redirect', callback, '--public-key', 'package.json'], 'must be an RSA or P-256 key in PEM'],
    [['public-shop', '--redirect', callback], 'There is an app public-shop already'],
    [['x', '--redirect', 'shop'], 'The redirect URI shop is not a URL'],
    [['x', '--redirect', 'https://a.example/#b'], 'has a fragment'],
    [['x', '--redirect', 'https://me@a.example/'], 'has a user name'],
    [['x', '--redirect', 'javascript:alert(1)'], 'has a scheme that is not https'],
    [['x', '--redirect', 'myapp://callback'], 'has a scheme that is not https'],
    [['x', '--redirect', callback, '--post-logout-redirect', 'data:text/html,x'], 'has a scheme that is not https'],
    [['x', '--redirect', callback, '--backchannel-logout', 'com.example.x:/out'], 'is not an https URL'],
    [['x', '--redirect', callback, '--public', '--confidential'], 'either public or confidential'],
    [['x', '--redirect', callback, '--audience', 'latchkey'], 'The audience latchkey is reserved'],
    [['x', '--redirect', callback, '--audience', 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa'], 'is reserved'],
    [['x', '--redirect', callback, '--scope', 'a  b'], 'Write scopes as words with one space between them'],
    [['\n', '--redirect', callback], 'name'],
  ])('add %j is refused with a reason', async (words, reason) => {
    await add('public-shop').catch(() => {});
    await expect(run('add', ...words)).rejects.toThrow(reason);
  });

  it('in production a redirect URI is https, or on the machine itself', async () => {
    const settings = { NODE_ENV: 'production', APP_SECRET: randomBytes(32).toString('hex'), RATE_LIMITS: 'on' };
    const production = await startLatchkey(engine, { settings });
    const addThere = (uri: string) => runCommand(production.services, 'apps', 'add', uri, '--redirect', uri);
    await expect(addThere('http://shop.example.com/')).rejects.toThrow('is http: anybody on the network could read');
    for (const uri of ['http://127.0.0.1/callback', 'http://localhost:8000/', 'com.example.shop:/callback'])
      expect(await addThere(uri)).toContain('Added');
  });
});
