import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

const healthy = z.object({ status: z.literal('ok') });

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
  summary: 'Readiness: the database can be read',
  access: 'public',
  // It reads the database, but a probe must not cost a write: each process counts its own.
  asksDatabase: false,
  rate: rates.reading,
  status: 200,
  response: healthy,
  problems: ['unavailable'],
});
