import type { Server } from 'node:http';
import { createServer } from '../http/create-server.ts';
import { OperatorError } from '../operator-error.ts';
import type { Metrics } from './metrics.ts';

/**
 * Serves `GET /metrics` on a port of its own, so that no proxy in front of the API publishes it.
 * @throws OperatorError if the port is taken
 */
export const listenForMetrics = (
  { render, contentType }: Pick<Metrics, 'render' | 'contentType'>,
  host: string,
  port: number,
): Promise<Server> => {
  const server = createServer(async ({ method, url }, response) => {
    if (method !== 'GET' || url !== '/metrics')
      return void response.writeHead(404).end('The metrics are at GET /metrics.\n');
    try {
      const text = await render();
      response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(text);
    } catch {
      // A reading needs the database. Prometheus reports the target as down, which it is.
      response.writeHead(503).end('The database does not answer.\n');
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(
        new OperatorError(
          `The metrics cannot be served on ${host}:${port} (${message}); check METRICS_PORT and METRICS_HOST.`,
        ),
      ),
    );
    server.listen(port, host, () => resolve(server));
  });
};
