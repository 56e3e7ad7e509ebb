import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import type { EndedRequest } from '../http/request-log.ts';

export type Metrics = {
  readonly onRequest: (request: EndedRequest) => void;
  /** The text format of Prometheus. */
  readonly render: () => Promise<string>;
  readonly contentType: string;
};

type Value = number | Readonly<Record<string, number>>;

/** A value that is read when Prometheus asks for it: one number, or one for each value of `label`. */
export type Reading = {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  /** How the values of several processes become one: their sum by default; `max` where each reads the same. */
  readonly aggregator?: 'max';
  readonly read: () => Promise<Value> | Value;
};

/** From a cached answer to a sign-in that waits for a hash. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const requestMetrics = ({ Counter, Histogram }: typeof import('prom-client'), registers: Registry[]) => {
  const requests = new Counter({
    name: 'latchkey_requests_total',
    help: 'Requests by path of the API and status.',
    labelNames: ['method', 'path', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'latchkey_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer.',
    labelNames: ['method', 'path'],
    buckets,
    registers,
  });
  const problems = new Counter({
    name: 'latchkey_problems_total',
    help: 'Refused and failed requests by problem code: failed sign-ins, limits, reused refresh tokens.',
    labelNames: ['path', 'code'],
    registers,
  });
  return ({ method, path = 'other', status, code, seconds }: EndedRequest): void => {
    // An unknown method comes from a stranger, and each would be another time series.
    const known = path === 'other' ? 'other' : method;
    requests.inc({ method: known, path, status: status ?? 'aborted' });
    durations.observe({ method: known, path }, seconds);
    if (code) problems.inc({ path, code });
  };
};

/**
 * Collects the metrics of this process. No label names an account, an address or a path that a client chose. Loads prom-client
 * when it is called.
 */
export const createMetrics = async (readings: readonly Reading[]): Promise<Metrics> => {
  const prometheus = await import('prom-client');
  const { Registry, AggregatorRegistry, Gauge, Counter, collectDefaultMetrics } = prometheus;
  const registry = new Registry();
  const registers = [registry];
  // Memory, processor time, garbage collection and the delay of the event loop.
  collectDefaultMetrics({ register: registry });
  for (const { name, help, label = '', aggregator = 'sum', read } of readings) {
    const Kind = name.endsWith('_total') ? Counter : Gauge;
    new Kind({
      name,
      help,
      labelNames: label ? [label] : [],
      registers,
      aggregator,
      async collect() {
        const value = await read();
        this.reset();
        if (typeof value === 'number') this.inc(value);
        else for (const [key, one] of Object.entries(value)) this.inc({ [label]: key }, one);
      },
    });
  }
  if (cluster.isWorker) {
    AggregatorRegistry.setRegistries(registry);
    // Its constructor answers the supervisor.
    new AggregatorRegistry();
  }
  return {
    onRequest: requestMetrics(prometheus, registers),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
};

/** The metrics of all processes together, for their supervisor. */
export const clusterMetrics = async (): Promise<Pick<Metrics, 'render' | 'contentType'>> => {
  const { AggregatorRegistry } = await import('prom-client');
  const registry = new AggregatorRegistry();
  return { render: () => registry.clusterMetrics(), contentType: registry.contentType };
};
