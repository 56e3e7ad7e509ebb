import { revocationFeedPath } from './well-known.ts';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** The revocation feed in OpenAPI. It is not an `Endpoint`, because it waits and returns a JWT (docs/decisions/0006). */
export const revocationFeedPaths = {
  [revocationFeedPath]: {
    get: {
      operationId: 'readRevocationFeed',
      summary: 'Get the sessions that ended before their tokens expire, as a signed JWT',
      description: 'Send the ETag in `If-None-Match`, with `Prefer: wait=25`, to receive the next change immediately.',
      tags: ['tokens'],
      security: [],
      parameters: [
        { name: 'If-None-Match', in: 'header', description: 'The ETag of your copy', schema: { type: 'string' } },
        {
          name: 'Prefer',
          in: 'header',
          description: '`wait=25`: wait for a change, at most 25 seconds (RFC 7240)',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: {
          description: 'OK',
          headers: { ETag: { description: 'Changes with the feed', schema: { type: 'string' } } },
          content: { 'application/jwt': { schema: { type: 'string' } } },
        },
        304: { description: 'Not modified' },
        429: problem('`too_many_attempts`: Too many attempts.'),
        503: problem('`unavailable`: Temporarily unavailable.'),
      },
    },
  },
};
