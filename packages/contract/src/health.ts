import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

const healthy = z.object({ status: z.literal('ok') });

/** What will stop the service soon: messages that are not sent for an hour, a disk with less than 200 MB. */
const readiness = z.extend(healthy, { messages: z.enum(['ok', 'late']), disk: z.enum(['ok', 'low']) });

export const live = endpoint({
  method: 'GET',
  path: '/health/live',
  summary: 'Liveness: the process is running',
  access: 'public',
  asksDatabase: false,
  rate: rates.reading,
  status: 200,
  response: healthy,
  problems: [],
});

export const ready = endpoint({
  method: 'GET',
  path: '/health/ready',
  summary: 'Readiness: the database can be read and written',
  access: 'public',
  // Each process counts its own: a probe must work without the database.
  asksDatabase: false,
  rate: rates.reading,
  status: 200,
  response: readiness,
  problems: ['unavailable'],
});
