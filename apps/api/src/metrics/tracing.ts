import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { RequestObservers } from '../http/request-log.ts';
import type { SamplerName } from './sampler-names.ts';

type Options = {
  /** The URL of a collector that speaks OTLP over HTTP, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly sampler: SamplerName;
  /** The share of traces that `traceidratio` keeps: 0 to 1. */
  readonly share: number;
  /** Default: the collector at `endpoint`. */
  readonly exporter?: SpanExporter;
  /** The collector does not accept spans. Requests go on. */
  readonly onFault: (sentence: string) => void;
  readonly sleep: Sleep;
};

/** The last spans are sent within this time when the server stops. */
const closeMilliseconds = 2000;

/**
 * Sends a span for each request to a collector (OpenTelemetry), with spans for its transactions and password hashes, and its SQL
 * statements as events. No attribute names an account, an address, a value of a statement or a path that a client chose. Loads
 * the SDK when it is called; the SDK reads OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS.
 */
export const createTracing = async (options: Options) => {
  const [
    api,
    sdk,
    { OTLPTraceExporter },
    resources,
    { AsyncLocalStorageContextManager },
    { W3CTraceContextPropagator },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
  ]);
  const { endpoint, sampler, share, onFault, sleep } = options;
  const { context, propagation, trace, diag, DiagLogLevel, SpanKind, SpanStatusCode } = api;
  const ignore = (): void => {};
  const logger = { error: onFault, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());

  const root = {
    always_on: new sdk.AlwaysOnSampler(),
    always_off: new sdk.AlwaysOffSampler(),
    traceidratio: new sdk.TraceIdRatioBasedSampler(share),
  }[sampler.replace('parentbased_', '') as 'always_on' | 'always_off' | 'traceidratio'];
  const exporter = options.exporter ?? new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new sdk.TracerProvider({
    sampler: sampler.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root,
    resource: resources
      .resourceFromAttributes({ 'service.name': 'latchkey' })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('latchkey');

  /** The task is a span of the request that awaits it. */
  const inSpan = <Value>(name: string, task: () => Promise<Value>): Promise<Value> =>
    tracer.startActiveSpan(name, async (span) => {
      try {
        return await task();
      } catch (error) {
        // Without its message, which may have a value.
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
        throw error;
      } finally {
        span.end();
      }
    });

  /** Begins the span of a request, in the trace that its client names. */
  const beginSpan: RequestObservers['beginSpan'] = ({ headers }) => {
    const parent = propagation.extract(context.active(), headers);
    const span = tracer.startSpan('other', { kind: SpanKind.SERVER }, parent);
    return {
      run: (next) => context.with(trace.setSpan(parent, span), next),
      end({ method, path, status, code, requestId }) {
        // Without a path of the contract, the method may be any text.
        if (path) span.updateName(`${method} ${path}`);
        span.setAttributes({
          'http.request.method': path ? method : '_OTHER',
          'latchkey.request_id': requestId,
          ...(path && { 'http.route': path }),
          ...(status && { 'http.response.status_code': status }),
          ...(code && { 'error.type': code }),
        });
        if (status && status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };

  return {
    beginSpan,
    onQuery: (sql: string): void => void trace.getActiveSpan()?.addEvent('statement', { 'db.query.text': sql }),
    traceDatabase: (database: Database): Database => ({
      ...database,
      transaction: (work) => inSpan('transaction', () => database.transaction(work)),
    }),
    traceHasher: (hasher: PasswordHasher): PasswordHasher => ({
      ...hasher,
      hash: (...task) => inSpan('hash password', () => hasher.hash(...task)),
      hashNew: (...task) => inSpan('hash password', () => hasher.hashNew(...task)),
      matches: (...task) => inSpan('hash password', () => hasher.matches(...task)),
    }),
    async close(): Promise<void> {
      const sent = provider.shutdown().then(
        () => true,
        () => false,
      );
      if (!(await Promise.race([sent, sleep(closeMilliseconds)])))
        onFault(`The last spans were not sent: ${endpoint} does not accept them.`);
    },
  };
};

export type Tracing = Awaited<ReturnType<typeof createTracing>>;
