import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Metric } from './part.ts';

const folder = join(import.meta.dirname, 'results');

/** The results of one part, with machine and versions. The table is written from the stored results, so parts can run separately. */
export type Result = {
  readonly part: string;
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: string;
  readonly metrics: readonly Metric[];
};

const compared = ['express', 'fastify', '@fastify/jwt', 'better-auth', 'better-sqlite3', 'bcryptjs', '@node-rs/argon2'];

const versionOf = (name: string): string => {
  const file = ['bench', 'apps/api'].map((at) => join(at, 'node_modules', name, 'package.json')).find(existsSync);
  return `${name} ${file && JSON.parse(readFileSync(file, 'utf8')).version}`;
};

/** The commit, marked dirty if measured code differs from it: docs and results do not count. */
const commitNow = (): string => {
  const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', '.', ':!bench/results', ':!docs') !== '';
  return git('rev-parse', '--short', 'HEAD') + (isChanged ? '-dirty' : '');
};

export const saveResult = (part: string, metrics: readonly Metric[]): void => {
  const [{ model } = { model: 'unknown' }] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const result: Result = {
    part,
    at: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commitNow(),
    machine: `${availableParallelism()} cores of ${model.trim()}, ${memory}, ${process.platform} ${release().split('-')[0]}`,
    versions: [`Node ${process.versions.node}`, ...compared.map(versionOf)].join(', '),
    metrics,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${part}.json`), `${JSON.stringify(result, undefined, 1)}\n`);
};

export const readResults = (): Result[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));

export const saveText = (name: string, text: string): void => writeFileSync(join(folder, name), text);
