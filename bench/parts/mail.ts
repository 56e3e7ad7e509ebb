import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readConfig } from '../../apps/api/src/config.ts';
import { openDatabase } from '../../apps/api/src/database/open.ts';
import { createServices } from '../../apps/api/src/services.ts';
import { startPostgres } from '../../apps/api/testing/start-postgres.ts';
import { startMailbox } from '../../apps/mailbox/src/start-mailbox.ts';
import { environmentOf, startLatchkey } from '../latchkey.ts';
import { inTurn, type Part } from '../part.ts';
import type { Program } from '../program.ts';
import { fileIn } from '../world.ts';

const [messageCount, processCount, kills] = [10_000, 3, 3];
const maxMinutes = 15;

const [lost, duplicates, speed] = ['messages lost', 'messages sent twice', 'messages per second'];
const kinds = ['SQLite', 'PostgreSQL'] as const;

/** An SMTP server that counts how often each recipient got a message. */
const startCounter = async () => {
  const arrivals = new Map<string, number>();
  const mailbox = await startMailbox({
    onMessage: ({ recipients }) => {
      for (const recipient of recipients) arrivals.set(recipient, (arrivals.get(recipient) ?? 0) + 1);
    },
  });
  return { arrivals, mailbox };
};

/** The outbox, as an operator's process sees it. */
const openOutbox = async (databaseUrl: string, settings: NodeJS.ProcessEnv) => {
  const database = await openDatabase(databaseUrl);
  const services = createServices(
    readConfig({ ...environmentOf(databaseUrl), ...settings }),
    database,
    () => new Date(),
  );
  const { outbox, hasher, transaction } = services;
  const { messages } = database.tables;
  return {
    fill: () =>
      transaction(async (write) => {
        for (let n = 0; n < messageCount; n++) {
          await outbox.post(write, { kind: 'test', detail: {}, recipient: `person-${n}@example.com` });
        }
      }),
    countOpen: async () => {
      const rows = await database.read.select({ endedAt: messages.endedAt }).from(messages);
      return rows.filter(({ endedAt }) => endedAt === null).length;
    },
    /** Ends every lease, as ten minutes do. No process may be sending. */
    endLeases: () => transaction((write) => write.update(messages).set({ dueAt: new Date() })),
    close: () => Promise.all([hasher.close(), database.close()]),
  };
};

const measureOn = async (databaseUrl: string, say: (progress: string) => void): Promise<Record<string, number>> => {
  const { arrivals, mailbox } = await startCounter();
  const settings = { SMTP_URL: mailbox.url, MAIL_FROM: 'Bench <bench@example.com>' };
  const outbox = await openOutbox(databaseUrl, settings);
  await outbox.fill();
  const startedAt = performance.now();
  const waitUntil = async (isReached: () => boolean | Promise<boolean>, milliseconds: number): Promise<void> => {
    while (!(await isReached())) {
      if (performance.now() > startedAt + maxMinutes * 60_000)
        throw new Error(`only ${arrivals.size} messages arrived`);
      await sleep(milliseconds);
    }
  };
  const start = (): Promise<Program> => startLatchkey(databaseUrl, { settings });
  const programs = await Promise.all(Array.from({ length: processCount }, start));

  const moments = Array.from({ length: kills }, () => Math.random() * 0.9 * messageCount).sort((a, b) => a - b);
  for (const moment of moments) {
    await waitUntil(() => arrivals.size >= moment, 1);
    const [victim] = programs.splice(Math.floor(Math.random() * programs.length), 1);
    await victim?.kill();
    say(`killed a process after ${arrivals.size} messages`);
    programs.push(await start());
  }
  // What a killed process had claimed stays open until its lease ends.
  const maxClaimed = kills * 20;
  let before = -1;
  await waitUntil(async () => {
    const isStill = before === arrivals.size && arrivals.size >= messageCount - maxClaimed;
    before = arrivals.size;
    return isStill;
  }, 3000);
  const seconds = (performance.now() - startedAt) / 1000;
  const delivered = arrivals.size;
  await Promise.all(programs.map((program) => program.stop()));
  say(`${delivered} messages arrived; ${await outbox.countOpen()} wait for the lease of a killed process`);
  await outbox.endLeases();
  const last = await start();
  await waitUntil(async () => (await outbox.countOpen()) === 0, 500);
  await last.stop();
  await outbox.close();
  await mailbox.close();
  const twice = [...arrivals.values()].reduce((sum, count) => sum + count - 1, 0);
  return {
    [lost]: messageCount - arrivals.size,
    [duplicates]: (twice / messageCount) * 100,
    [speed]: delivered / seconds,
  };
};

export const mail: Part = {
  title: 'Messages',
  about: `${messageCount.toLocaleString('en')} messages to as many recipients over real SMTP, delivered by ${processCount} processes. ${kills} times, at random moments, one of them is killed (SIGKILL) and another started. Messages that a killed process had claimed wait for the end of its lease, which the benchmark brings forward when everything else has arrived.`,
  targets: kinds.flatMap((kind) => [
    { what: `${kind}: every message arrives`, of: [lost, kind], max: 0 } as const,
    { what: `${kind}: messages sent twice`, of: [duplicates, kind], max: 0.1 } as const,
  ]),
  async measure(say) {
    const server = await startPostgres();
    const admin = new pg.Client(`${server.url}/postgres`);
    await admin.connect();
    await admin.query('CREATE DATABASE mail');
    await admin.end();
    const urls = { SQLite: `file:${fileIn('mail.db')}`, PostgreSQL: `${server.url}/mail` };
    const measures = Object.fromEntries(kinds.map((kind) => [kind, () => measureOn(urls[kind], say)]));
    const metrics = await inTurn(1, { [lost]: '', [duplicates]: '%', [speed]: '/s' }, measures, say);
    await server.stop();
    return metrics;
  },
};
