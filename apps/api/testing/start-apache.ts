import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { freePort } from './free-port.ts';

const modules = '/usr/lib/apache2/modules';

/** Whether Apache and mod_auth_openidc are installed, as Debian's packages do. */
export const hasApache = existsSync('/usr/sbin/apache2') && existsSync(`${modules}/mod_auth_openidc.so`);

type Options = { readonly port: number; readonly issuer: string; readonly clientId: string; readonly secret: string };

const configOf = (folder: string, { port, issuer, clientId, secret }: Options): string => `
ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
User www-data
Group www-data
${['mpm_prefork', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'headers', 'dir']
  .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  .join('\n')}
OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID ${clientId}
OIDCClientSecret ${secret}
OIDCRedirectURI http://127.0.0.1:${port}/callback
OIDCCryptoPassphrase any
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCRemoteUserClaim preferred_username
DocumentRoot ${folder}/www
<Location />
  AuthType openid-connect
  Require valid-user
  Header set X-User "expr=%{REMOTE_USER}"
</Location>
`;

/** Starts Apache with a page that mod_auth_openidc protects, until the test ends. `register` adds the app at Latchkey. */
export const startApache = async (
  issuer: string,
  register: (redirectUri: string) => Promise<{ readonly id: string; readonly secret: string | undefined }>,
) => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const { id: clientId, secret = '' } = await register(`${origin}/callback`);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-apache-'));
  // Apache's user reads it.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'www'), { mode: 0o755 });
  writeFileSync(join(folder, 'www/index.html'), 'a protected page', { mode: 0o644 });
  writeFileSync(join(folder, 'apache.conf'), configOf(folder, { port, issuer, clientId, secret }));
  const child = spawn('/usr/sbin/apache2', ['-X', '-f', join(folder, 'apache.conf')], { stdio: 'ignore' });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const answers = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'));
    return fetch(origin, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
  };
  await vi.waitUntil(answers, { timeout: 60_000, interval: 50 });
  return origin;
};
