import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { startPostgres } from '../../apps/api/testing/start-postgres.ts';
import { environmentOf, startLatchkey } from '../latchkey.ts';
import type { Metric, Part } from '../part.ts';
import { fileIn } from '../world.ts';
import { createWriters } from '../writers.ts';

const [serverRounds, commandRounds, writersAtOnce, importedUsers] = [100, 10, 6, 20_000];
const [killed, acknowledged, lost, faulty] = ['kills', 'acknowledged writes', 'of these lost', 'faults found'];

/** Rows that a transaction writes together, one without the other. */
const faultsSql = `
  SELECT count(*) AS faults FROM (
    SELECT id FROM users WHERE NOT EXISTS (SELECT 1 FROM passwords WHERE user_id = users.id)
    UNION ALL SELECT user_id FROM passwords WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = passwords.user_id)
    UNION ALL SELECT id FROM users WHERE NOT EXISTS (SELECT 1 FROM events WHERE user_id = users.id)
    UNION ALL SELECT id FROM sessions WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = sessions.user_id)
    UNION ALL SELECT id FROM sessions WHERE ended_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM revocations WHERE session_id = sessions.id)
  ) AS found`;

type Engine = {
  readonly freshUrl: () => Promise<string>;
  readonly ask: (url: string, sql: string) => Promise<Record<string, unknown>[]>;
};

const sqlite: Engine = {
  freshUrl: async () => `file:${fileIn(`kill-${Math.random().toString(36).slice(2)}.db`)}`,
  ask: async (url, sql) => {
    const connection = new BetterSqlite3(url.slice('file:'.length));
    const rows = connection.prepare<[], Record<string, unknown>>(sql).all();
    connection.close();
    return rows;
  },
};

const onPostgres = (server: string): Engine => {
  const ask = async (url: string, sql: string) => {
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  };
  let databases = 0;
  const freshUrl = async (): Promise<string> => {
    databases += 1;
    await ask(`${server}/postgres`, `CREATE DATABASE kill_${databases}`);
    return `${server}/kill_${databases}`;
  };
  return { freshUrl, ask };
};

/**
 * Runs a command of the operator; kills it after some time, if it has not ended.
 * @returns its exit code, null if it was killed, and what it said
 */
const runCommand = async (databaseUrl: string, words: readonly string[], milliseconds?: number) => {
  const child = spawn(process.execPath, ['apps/api/dist/cli/cli.js', ...words], {
    env: { ...process.env, ...environmentOf(databaseUrl) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  return { code: code as number | null, output };
};

const mustRun = async (databaseUrl: string, ...words: readonly string[]): Promise<string> => {
  const { code, output } = await runCommand(databaseUrl, words);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${output}`);
  return output;
};

/** A file of users with the same password. */
const usersFile = (): string => {
  const file = fileIn('users.jsonl');
  const hash = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
  const lines = Array.from({ length: importedUsers }, (_, n) =>
    JSON.stringify({ username: `person${n}`, email: `person${n}@example.com`, password_hash: hash }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

type Counts = { kills: number; acknowledged: number; readonly lost: string[]; readonly faults: string[] };

/** Starts a server, lets users write, kills it at a random moment, and asks the next one for what the users know. */
const killServers = async (engine: Engine, counts: Counts, say: (progress: string) => void): Promise<string> => {
  const url = await engine.freshUrl();
  const writers = createWriters();
  // Production refuses RATE_LIMITS=off.
  const settings = { NODE_ENV: 'development', RATE_LIMITS: 'off', BCRYPT_COST: '10' };
  for (let round = 1; round <= serverRounds; round++) {
    const server = await startLatchkey(url, { settings });
    counts.lost.push(...(await writers.missing(server.base)));
    const running = Array.from({ length: writersAtOnce }, () => writers.run(server.base));
    await sleep(200 + Math.random() * 1_300);
    await server.kill();
    await Promise.all(running);
    counts.kills += 1;
    const [{ faults } = { faults: Number.NaN }] = await engine.ask(url, faultsSql);
    if (Number(faults) !== 0) counts.faults.push(`round ${round}: ${faults} rows without those that belong to them`);
    counts.acknowledged = writers.acknowledged();
    if (round % 10 === 0)
      say(`${round} of ${serverRounds} kills, ${counts.acknowledged} writes, ${counts.lost.length} lost`);
  }
  const last = await startLatchkey(url, { settings });
  counts.lost.push(...(await writers.missing(last.base)));
  await last.stop();
  return url;
};

/** Kills each command of the operator at random moments, then runs it again to its end. */
const killCommands = async (engine: Engine, other: Engine, counts: Counts, say: (progress: string) => void) => {
  const file = usersFile();
  const faultIf = (isFault: boolean, sentence: string): void => void (isFault && counts.faults.push(sentence));
  /** Kills the command at a random moment of the time that it takes. */
  const interrupt = async (url: string, words: readonly string[], takes: number): Promise<void> => {
    const { code } = await runCommand(url, words, Math.random() * takes);
    if (code === null) counts.kills += 1;
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  const countOf = async (at: Engine, url: string): Promise<number> =>
    Number((await at.ask(url, 'SELECT count(*) AS users FROM users'))[0]?.users);

  const filled = await engine.freshUrl();
  const takes = {
    migrate: await timed(() => mustRun(filled, 'db', 'migrate')),
    import: await timed(() => mustRun(filled, 'users', 'import', file)),
    backup: await timed(() => mustRun(filled, 'db', 'backup', fileIn('first.backup'))),
    move: await timed(async () => mustRun(filled, 'db', 'move', await other.freshUrl())),
  };
  for (let round = 1; round <= commandRounds; round++) {
    const url = await engine.freshUrl();
    await interrupt(url, ['db', 'migrate'], takes.migrate);
    await mustRun(url, 'db', 'migrate');
    await interrupt(url, ['users', 'import', file], takes.import);
    await mustRun(url, 'users', 'import', file);
    faultIf((await countOf(engine, url)) !== importedUsers, `import ${round}: not every user is there once`);
    const again = await mustRun(url, 'users', 'import', file);
    faultIf(
      (await countOf(engine, url)) !== importedUsers,
      `import ${round}: the second one changed something: ${again}`,
    );

    const backup = fileIn(`kill-${round}.backup`);
    await interrupt(url, ['db', 'backup', backup], takes.backup);
    if (existsSync(backup)) await mustRun(url, 'db', 'verify', backup);
    else await mustRun(url, 'db', 'backup', backup);
    await mustRun(url, 'db', 'verify', backup);
    for (const name of readdirSync(dirname(backup))) if (name.includes('.backup')) rmSync(join(dirname(backup), name));

    const target = await other.freshUrl();
    await interrupt(url, ['db', 'move', target], takes.move);
    await mustRun(url, 'db', 'move', target);
    faultIf((await countOf(other, target)) !== importedUsers, `move ${round}: not every user is there`);
    say(`commands, round ${round} of ${commandRounds}: ${counts.kills} kills, ${counts.faults.length} faults`);
  }
};

export const kill: Part = {
  title: 'Kill -9',
  about: `${serverRounds} times on each engine, ${writersAtOnce} users register, change their name, refresh, sign in and sign out, until SIGKILL ends the server at a random moment; the next server is asked for everything that was acknowledged, and the database for rows without those that belong to them. Then \`db migrate\`, \`users import\`, \`db backup\` and \`db move\` are killed ${commandRounds} times each and run again, with ${importedUsers.toLocaleString('en')} users. At the end a backup is verified, with the chain of hashes of every event.`,
  targets: ['SQLite', 'PostgreSQL'].flatMap((engine) => [
    { what: `acknowledged writes lost on ${engine}`, of: [lost, engine] as const, max: 0 },
    { what: `faults found on ${engine}`, of: [faulty, engine] as const, max: 0 },
  ]),
  async measure(say) {
    const postgres = await startPostgres();
    const engines = { SQLite: sqlite, PostgreSQL: onPostgres(postgres.url) };
    const metrics = [killed, acknowledged, lost, faulty].map((name): Metric => ({ name, unit: '', rounds: {} }));
    for (const [name, engine] of Object.entries(engines)) {
      const counts: Counts = { kills: 0, acknowledged: 0, lost: [], faults: [] };
      const tell = (progress: string): void => say(`${name}: ${progress}`);
      const url = await killServers(engine, counts, tell);
      await mustRun(url, 'db', 'backup', fileIn(`${name}.backup`));
      tell(await mustRun(url, 'db', 'verify', fileIn(`${name}.backup`)));
      await killCommands(engine, name === 'SQLite' ? engines.PostgreSQL : engines.SQLite, counts, tell);
      for (const sentence of [...counts.lost, ...counts.faults]) tell(sentence);
      const values = [counts.kills, counts.acknowledged, counts.lost.length, counts.faults.length];
      for (const [place, metric] of metrics.entries()) metric.rounds[name] = [values[place] ?? Number.NaN];
    }
    await postgres.stop();
    return metrics;
  },
};
