import { inTurn, type Part } from '../part.ts';
import {
  betterAuthReader,
  expressReader,
  fastifyReader,
  latchkeyData,
  latchkeyReader,
  nodeReader,
  type Reader,
  readProfiles,
} from '../world.ts';

const perSecond = 'reads a second';

export const reads: Part = {
  title: 'Profile reads',
  about:
    'A signed-in person asks for their profile, over 32 connections, 2,000 of 100,000 sessions taking turns. The two bare servers answer as many bytes and do nothing else; the others check who asks and read the database.',
  targets: [
    { what: 'reads, to bare Express', of: [perSecond, 'Latchkey'], to: [perSecond, 'Express 5, bare'], least: 0.5 },
    { what: 'reads, to better-auth', of: [perSecond, 'Latchkey'], to: [perSecond, 'better-auth'], least: 8 },
    { what: 'reads, to Fastify', of: [perSecond, 'Latchkey'], to: [perSecond, 'Fastify 5, @fastify/jwt'], least: 1 },
  ],
  async measure(say) {
    const data = await latchkeyData();
    const latchkey = await latchkeyReader(data);
    const readers: Record<string, Reader> = {
      'node:http, bare': await nodeReader(),
      'Express 5, bare': await expressReader(),
      'Fastify 5, @fastify/jwt': await fastifyReader(latchkey, data),
      'better-auth': await betterAuthReader(),
      Latchkey: latchkey,
    };
    const read = async (reader: Reader, warmSeconds: number) => {
      const { perSecond, p50, p99 } = await readProfiles(reader, warmSeconds);
      return { 'reads a second': perSecond, p50, p99, 'memory under load': reader.residentMebibytes() };
    };
    const all = Object.entries(readers);
    for (const [name, reader] of all) {
      say(`warming ${name}`);
      await read(reader, 0);
    }
    const metrics = await inTurn(
      6,
      { [perSecond]: '/s', p50: 'ms', p99: 'ms', 'memory under load': 'MiB' },
      Object.fromEntries(all.map(([name, reader]) => [name, () => read(reader, 0.5)])),
      say,
    );
    await Promise.all(all.map(([, reader]) => reader.stop()));
    return metrics;
  },
};
