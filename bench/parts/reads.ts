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

const perSecond = 'reads per second';

export const reads: Part = {
  title: 'Profile reads',
  about:
    'Signed-in users read their profile, over 32 connections, with 2,000 of 100,000 sessions in rotation. The two bare servers only answer the same number of bytes; the others authenticate the request and read the database.',
  targets: [
    { what: 'reads, vs. bare Express', of: [perSecond, 'Latchkey'], to: [perSecond, 'Express 5, bare'], min: 0.5 },
    { what: 'reads, vs. better-auth', of: [perSecond, 'Latchkey'], to: [perSecond, 'better-auth'], min: 8 },
    { what: 'reads, vs. Fastify', of: [perSecond, 'Latchkey'], to: [perSecond, 'Fastify 5, @fastify/jwt'], min: 1 },
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
      return { 'reads per second': perSecond, p50, p99, 'memory under load': reader.residentMebibytes() };
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
