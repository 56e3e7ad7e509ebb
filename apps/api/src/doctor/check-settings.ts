import type { Config } from '../config.ts';
import { misspelledSettings } from '../misspelled-settings.ts';
import { isWellKnown } from '../well-known-secrets.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const minNodeMajor = 22;

const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

const checkNode = (version: string): Finding =>
  Number(version.split('.')[0]) >= minNodeMajor
    ? ok('Node', version)
    : fail('Node', `${version} is too old; install Node ${minNodeMajor} or newer.`);

const checkPublicUrl = ({ publicUrl, isProduction }: Config): Finding => {
  if (publicUrl.startsWith('https:')) return ok('PUBLIC_URL', publicUrl);
  if (isLocal(publicUrl))
    return isProduction
      ? warn('PUBLIC_URL', `${publicUrl} works on this machine only; set the https address that people use.`)
      : ok('PUBLIC_URL', `${publicUrl}, on this machine`);
  return fail(
    'PUBLIC_URL',
    `${publicUrl} is http: anyone on the network can read passwords and cookies. Put TLS in front, and set https.`,
  );
};

const checkSecret = ({ appSecrets: [secret, ...previous], isProduction }: Config): Finding => {
  if (isWellKnown(secret)) return fail('APP_SECRET', 'It is easy to guess; create another with: openssl rand -hex 32');
  if (previous.length > 0)
    return warn(
      'APP_SECRET',
      `${previous.length} in APP_SECRET_PREVIOUS; remove them when the last refresh token of that time has expired.`,
    );
  return ok('APP_SECRET', isProduction ? 'set' : 'that of development, in a file');
};

export const proxiesInWords = (count: number): string => (count === 1 ? '1 proxy' : `${count} proxies`);

const checkProxy = ({ trustedProxies, publicUrl }: Config): Finding =>
  trustedProxies === 0 && publicUrl.startsWith('https:')
    ? warn(
        'TRUST_PROXY',
        'It is 0, but https needs a proxy in front: then every address in limits and events is that of the proxy. Set 1.',
      )
    : ok('TRUST_PROXY', proxiesInWords(trustedProxies));

const checkMail = ({ hasMail }: Config): Finding =>
  hasMail
    ? ok('SMTP_URL', 'set')
    : warn('SMTP_URL', 'It is not set: nobody can verify an address or reset a forgotten password.');

/** Asks the public address, as people do. */
const checkReachable = async ({ publicUrl }: Config): Promise<Finding> => {
  try {
    const answer = await fetch(`${publicUrl}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5000),
      redirect: 'manual',
    });
    const document = (await answer.json()) as { issuer?: unknown };
    return document.issuer === publicUrl
      ? ok('Reachable', `${publicUrl} answers`)
      : fail(
          'Reachable',
          `${publicUrl} answers as ${String(document.issuer)}; set PUBLIC_URL to the address that people use.`,
        );
  } catch {
    return warn(
      'Reachable',
      `${publicUrl} does not answer as Latchkey. Start the server, or check the proxy in front of it.`,
    );
  }
};

export const checkSettings = async (config: Config, names: readonly string[]): Promise<Finding[]> => [
  checkNode(process.versions.node),
  checkPublicUrl(config),
  await checkReachable(config),
  checkProxy(config),
  checkSecret(config),
  checkMail(config),
  ...misspelledSettings(names).map((sentence) => warn('Settings', sentence)),
];
