import type { Endpoint } from '@latchkey/contract/endpoint';
import type { IRouter } from 'express';
import { Problem } from '../problem.ts';

/** Comes after all routes. A known path with another method is 405 with `Allow`; any other path is 404. */
export const unknownPath = (router: IRouter, endpoints: readonly Endpoint[]): void => {
  for (const [path, served] of Map.groupBy(endpoints, (endpoint) => endpoint.path)) {
    const methods = served
      .map(({ method }) => method)
      .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method));
    router.all(path, (request, response) => {
      response.set('Allow', methods.join(', '));
      throw new Problem(
        'method_not_allowed',
        `This path does not accept ${request.method}; use ${methods.join(', ')}.`,
      );
    });
  }
  router.use((request) => {
    throw new Problem('not_found', `There is nothing at ${request.path.slice(0, 200)}.`);
  });
};
