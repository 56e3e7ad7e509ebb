import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pace, press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import type { Program } from '../program.ts';
import { percentile } from '../statistics.ts';
import { latchkeyData, latchkeyReader, latchkeySignIns, type Reader } from '../world.ts';

const [idleConnections, slowReaders, signInConnections, seconds] = [10_000, 200, 200, 10];
const [p99, memory, answered, signIn] = ['p99 of GET me', 'memory', 'sign-ins answered', 'a sign-in'];
const [quiet, flooded, crowded, clogged, beset] = [
  'nothing else',
  `${signInConnections} connections sign in`,
  `${idleConnections.toLocaleString('en')} idle connections`,
  `${slowReaders} readers that do not read`,
  'other programs keep every core busy',
];

/** Two hundred reads per second in an open loop. */
const read = async ({ base, requests }: Reader): Promise<number> => {
  let turn = 0;
  const next = () => {
    const { path = '', headers = {} } = requests[turn++ % requests.length] ?? {};
    return { path, headers: headers as Record<string, string> };
  };
  return percentile(await pace({ base, perSecond: 200, seconds, next }), 99);
};

/** One after the other: the median, in milliseconds. */
const signInOften = async ({ base }: Reader): Promise<number> =>
  (await press({ base, connections: 1, seconds: 12, requestsOf: () => latchkeySignIns('bcrypt') })).p50;

const keepBusy = (): (() => void) => {
  const loops = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  return () => {
    for (const loop of loops) loop.kill();
  };
};

/** Starts the flood; the function ends it, and returns how often each status was answered. */
const startFlood = (base: string): (() => Promise<Record<string, number>>) => {
  const child = spawn(process.execPath, ['bench/flood.ts', base, String(signInConnections)]);
  const printed = text(child.stdout);
  return async () => {
    child.kill();
    return JSON.parse(await printed);
  };
};

/** Opens connections, some hundred at a time, and waits until each has its answer, unless it does not read. */
const open = async ({ base }: Program, count: number, request: string, isRead: boolean): Promise<Socket[]> => {
  const { hostname, port } = new URL(base);
  const sockets: Socket[] = [];
  const add = async (): Promise<void> => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(request);
    if (isRead) await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    else socket.pause();
  };
  while (sockets.length < count) {
    await Promise.all(Array.from({ length: Math.min(250, count - sockets.length) }, add));
  }
  return sockets;
};

const requestTo = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

export const overload: Part = {
  title: 'Overload',
  about: `The p99 of two hundred reads per second in an open loop: alone; while ${signInConnections} connections sign in without pause; beside ${idleConnections.toLocaleString('en')} connections that sent one request and then nothing; beside ${slowReaders} connections that ask for the code of the web app twenty times, 7 MB, and never read it. Then sign-ins, one after the other: alone, and while a program on each core works without pause.`,
  targets: [
    { what: 'p99 during the sign-ins, vs. alone', of: [p99, flooded], to: [p99, quiet], max: 2 },
    { what: 'p99 beside idle connections, vs. alone', of: [p99, crowded], to: [p99, quiet], max: 2 },
    { what: 'p99 beside readers that do not read, vs. alone', of: [p99, clogged], to: [p99, quiet], max: 2 },
    { what: 'a sign-in while every core is busy, vs. alone', of: [signIn, beset], to: [signIn, quiet], max: 15 },
  ],
  async measure(say) {
    const data = await latchkeyData();
    const reader = await latchkeyReader(data);
    const close = (sockets: readonly Socket[]): void => {
      for (const socket of sockets) socket.destroy();
    };
    say('warming');
    const [code = ''] = /\/assets\/[\w-]{1,40}\.js/.exec(await (await fetch(reader.base)).text()) ?? [];
    await read(reader);
    const beside = (count: number, request: string, isRead: boolean) => async () => {
      const sockets = await open(reader, count, request, isRead);
      await sleep(3000);
      const measured = await read(reader);
      const values = { [p99]: measured, [memory]: reader.residentMebibytes() };
      const left = sockets.filter(({ destroyed }) => !destroyed).length;
      if (left < count) say(`${count - left} of ${count} connections were closed`);
      close(sockets);
      await sleep(1000);
      return values;
    };
    const kinds = {
      [quiet]: async () => ({
        [p99]: await read(reader),
        [memory]: reader.residentMebibytes(),
        [signIn]: await signInOften(reader),
      }),
      [flooded]: async () => {
        const stop = startFlood(reader.base);
        await sleep(3000);
        const startedAt = performance.now();
        const measured = await read(reader);
        const statuses = await stop();
        const perSecond = (statuses[200] ?? 0) / ((performance.now() - startedAt + 2000) / 1000);
        say(`sign-ins: ${JSON.stringify(statuses)}`);
        await sleep(3000);
        return { [p99]: measured, [memory]: reader.residentMebibytes(), [answered]: perSecond };
      },
      [crowded]: beside(idleConnections, requestTo('/health/live'), true),
      [clogged]: beside(slowReaders, requestTo(code).repeat(20), false),
      [beset]: async () => {
        const stop = keepBusy();
        const measured = await signInOften(reader);
        stop();
        return { [signIn]: measured };
      },
    };
    const metrics = await inTurn(4, { [p99]: 'ms', [memory]: 'MiB', [answered]: '/s', [signIn]: 'ms' }, kinds, say);
    await reader.stop();
    return metrics;
  },
};
