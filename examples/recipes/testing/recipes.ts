import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

type Addresses = { readonly port: number; readonly issuer: string; readonly appPort: number };

export type Recipe = {
  readonly file: string;
  /** The program that this machine lacks. */
  readonly missing?: string;
  readonly algorithms: readonly ('RS256' | 'ES256')[];
  /** A proxy asks Latchkey for each request, and names the user to an app behind it. */
  readonly isProxy: boolean;
  /** Returns the command that runs the recipe. */
  readonly command: (addresses: Addresses) => readonly [program: string, ...words: string[]];
};

const pathOf = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));
const runs = (program: string, ...words: string[]): boolean => spawnSync(program, words).status === 0;

const bothAlgorithms = ['RS256', 'ES256'] as const;
const service = { algorithms: bothAlgorithms, isProxy: false };

const inNode = (file: string): Recipe => ({ ...service, file, command: () => [process.execPath, pathOf(file)] });

const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const outDir = fileURLToPath(new URL('../dist', import.meta.url));

/** Node runs TypeScript, but not its decorators: this recipe is compiled first, as in any project with NestJS. */
const compiled = (file: string): Recipe => ({
  ...service,
  file,
  command: () => {
    const options =
      '--ignoreConfig --module nodenext --target es2022 --experimentalDecorators --skipLibCheck --types node';
    execFileSync(process.execPath, [tsc, pathOf(file), '--outDir', outDir, ...options.split(' ')]);
    return [process.execPath, join(outDir, file.replace('.ts', '.js'))];
  },
});

/** Debian's Python, which has the modules of Debian's packages. */
const python = '/usr/bin/python3';
const hasModules = (...names: string[]): boolean =>
  runs(python, '-c', `import importlib.util as u; assert all(map(u.find_spec, ${JSON.stringify(names)}))`);

const inPython = (file: string, debianPackage: string, modules: readonly string[]): Recipe => ({
  ...service,
  file,
  ...(!hasModules(...modules) && { missing: debianPackage }),
  command: () => [python, '-B', pathOf(file)],
});

/** Writes the recipe into a new folder, with the addresses of this test. */
const copyWith = (file: string, { port, issuer, appPort }: Addresses, change: (text: string) => string) => {
  const folder = mkdtempSync(join(inject('scratchFolder'), 'proxy-'));
  const text = readFileSync(pathOf(file), 'utf8')
    .replace('127.0.0.1:3000', new URL(issuer).host)
    .replace('127.0.0.1:4000', `127.0.0.1:${appPort}`)
    .replace(/127\.0\.0\.1:8080|shop\.example\.com(?= \{)/, (site) =>
      site.startsWith('shop') ? `http://127.0.0.1:${port}` : `127.0.0.1:${port}`,
    );
  writeFileSync(join(folder, file), change(text));
  return folder;
};

const proxy = { algorithms: bothAlgorithms, isProxy: true };

const nginx: Recipe = {
  ...proxy,
  file: 'nginx.conf',
  ...(!runs('nginx', '-v') && { missing: 'nginx' }),
  command: (addresses) => {
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
    const folder = copyWith(
      'nginx.conf',
      addresses,
      (site) => `daemon off; master_process off; pid nginx.pid; error_log stderr; events {}
http { access_log off; ${folders.join(' ')}
${site}}`,
    );
    return ['nginx', '-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')];
  },
};

const caddy: Recipe = {
  ...proxy,
  file: 'Caddyfile',
  ...(!runs('caddy', 'version') && { missing: 'caddy' }),
  command: (addresses) => {
    const options = 'admin off\nauto_https off\ndefault_bind 127.0.0.1';
    const folder = copyWith('Caddyfile', addresses, (site) => `{\n${options}\n}\n${site}`);
    return ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
  },
};

export const recipes: readonly Recipe[] = [
  inNode('guard.ts'),
  inNode('jose.ts'),
  inNode('express-jwt.ts'),
  inNode('passport-jwt.ts'),
  inNode('fast-jwt.ts'),
  inNode('fastify-jwt.ts'),
  inNode('hono.ts'),
  compiled('nest.ts'),
  inPython('pyjwt-flask.py', 'python3-flask', ['jwt', 'cryptography', 'flask']),
  inPython('flask-jwt-extended.py', 'python3-python-flask-jwt-extended', ['cryptography', 'flask_jwt_extended']),
  inPython('authlib-flask.py', 'python3-authlib', ['authlib', 'flask']),
  {
    ...inPython('simplejwt-django.py', 'python3-djangorestframework-simplejwt', [
      'cryptography',
      'rest_framework_simplejwt',
    ]),
    algorithms: ['RS256'],
  },
  nginx,
  caddy,
];
