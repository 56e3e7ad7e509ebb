import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { settingNames } from '../apps/api/src/config.ts';

const isThere = (program: string, ...words: string[]): boolean => spawnSync(program, words).status === 0;

it.skipIf(!isThere('caddy', 'version'))('Caddy accepts deploy/Caddyfile', () => {
  const env = { ...process.env, DOMAIN: 'accounts.example.com', UPSTREAM: '127.0.0.1:3000' };
  const adapted = execFileSync('caddy', ['adapt', '--config', 'deploy/Caddyfile', '--validate'], {
    env,
    stdio: 'pipe',
  });
  expect(String(adapted)).toContain('accounts.example.com');
});

it.skipIf(!isThere('nginx', '-v'))('nginx accepts deploy/nginx.conf', () => {
  const folder = mkdtempSync(join(inject('scratchFolder'), 'nginx-'));
  const [certificate, key] = [join(folder, 'site.pem'), join(folder, 'site.key')];
  const subject = ['-subj', '/CN=accounts.example.com'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
    {
      stdio: 'pipe',
    },
  );
  const site = readFileSync('deploy/nginx.conf', 'utf8')
    .replace('/etc/ssl/accounts.example.com.pem', certificate)
    .replace('/etc/ssl/accounts.example.com.key', key)
    // A port that needs no rights.
    .replace('listen 80', 'listen 8080')
    .replace('listen 443', 'listen 8443');
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, `pid ${folder}/nginx.pid; error_log stderr; events {} http { access_log off; ${site} }`);
  const { status, stderr } = spawnSync('nginx', ['-t', '-e', 'stderr', '-p', folder, '-c', file]);
  expect(status, String(stderr)).toBe(0);
});

it('the image and the compose file set only settings that exist', () => {
  const [, environment = ''] = /^ENV (.*)$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  const inImage = environment.split(' ').map((pair) => pair.split('=')[0]);
  const [, service = ''] =
    /latchkey:\n([\s\S]*?)\n {2}postgres:/.exec(readFileSync('deploy/compose.yaml', 'utf8')) ?? [];
  const inCompose = [...service.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name);
  expect([...inImage, ...inCompose].length).toBeGreaterThan(6);
  expect([...inImage, ...inCompose].filter((name) => !settingNames.includes(name ?? ''))).toEqual([]);
});
