import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { trackedFiles } from './tracked-files.ts';

/** The only files that may import a package. */
const packageFences: readonly { readonly packages: RegExp; readonly allowed: RegExp }[] = [
  {
    packages: /^express$/,
    allowed:
      /^apps\/api\/src\/(app\.ts|(http|client|limits)\/.*|.*\.routes\.ts|sessions\/(session-cookie|authenticate)\.ts|identities\/attempt-cookie\.ts)$|^packages\/guard\/src\//,
  },
  { packages: /^drizzle-orm(\/|$)/, allowed: /^apps\/api\/src\/(database\/.*|.*-store\.ts)$/ },
  { packages: /^jsonwebtoken$/, allowed: /^apps\/api\/src\/keys\/jwt\.ts$/ },
  { packages: /^bcryptjs$/, allowed: /^apps\/api\/src\/hashing\/(bcrypt-sha256|foreign-hash)\.ts$/ },
  { packages: /^@node-rs\/argon2$/, allowed: /^apps\/api\/src\/hashing\/(argon2id|foreign-hash)\.ts$/ },
  {
    packages: /^axios$/,
    allowed:
      /^(apps\/web\/src\/api\/http-client\.ts|packages\/contract\/src\/axios-client\.ts|packages\/browser\/src\/axios\.ts)$/,
  },
];

/** The ground floor: every feature may import it, and it imports no feature. Features import only each other's types. */
const sharedRooms = new Set([
  'http',
  'client',
  'limits',
  'events',
  'keys',
  'hashing',
  'mail',
  'verifications',
  'database',
  'app',
  'api',
  'ui',
]);

type Import = { readonly from: string; readonly isType: boolean };

const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map(([, type, from, dynamic]) => ({ from: from ?? dynamic ?? '', isType: type !== undefined }));

/** The feature that a file belongs to: its folder below `src`, unless that is shared. */
const featureOf = (file: string): string | undefined => {
  const [, feature] = /^apps\/\w+\/src\/([\w-]+)\//.exec(file) ?? [];
  return feature && !sharedRooms.has(feature) ? feature : undefined;
};

const faultsOf = (file: string): string[] =>
  importsOf(file).flatMap(({ from, isType }) => {
    if (!from.startsWith('.')) {
      const fence = packageFences.find(({ packages }) => packages.test(from));
      return fence && !fence.allowed.test(file) ? [`${file} may not import ${from}`] : [];
    }
    const target = normalize(join(dirname(file), from));
    const feature = featureOf(target);
    const own = featureOf(file);
    const isAbroad = feature !== undefined && feature !== own;
    // Pages of the web app use each other's components; only the API separates its features.
    if (!isAbroad || !file.startsWith('apps/api/src/') || isRoot(file)) return [];
    if (own === undefined) return [`${file} is on the ground floor and may not import the feature ${feature}`];
    if (isType) return [];
    return isPure(target) ? [] : [`${file} may import types only from ${target}`];
  });

/** The composition root: app.ts, the files next to it, and the operator's commands. */
const isRoot = (file: string): boolean => /^apps\/api\/src\/(commands\/)?[\w.-]+$/.test(file);

/** A file that imports values only from the contract has no dependencies, so there is nothing to pass in. */
const isPure = (file: string): boolean =>
  importsOf(file).every(({ from, isType }) => isType || from.startsWith('@latchkey/contract/'));

export const fences = (): string[] =>
  trackedFiles(/^(apps|packages)\/.*\/src\/.*\.tsx?$/)
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap(faultsOf);
