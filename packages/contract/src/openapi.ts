import * as z from 'zod/mini';
import { type Endpoint, problemsOf } from './endpoint.ts';
import { type ProblemCode, problemBody, problems } from './problems.ts';

const jsonSchema = (schema: z.ZodMiniType, io: 'input' | 'output') => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const byStatus = (codes: ReadonlySet<ProblemCode>) => {
  const groups = Map.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    [...groups].map(([status, sameStatus]) => [
      status,
      {
        description: sameStatus.map((code) => `\`${code}\`: ${problems[code].title}.`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
};

const mediaType = ({ encoding }: Endpoint): string =>
  encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';

const parametersOf = (path: string) => {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return names.length === 0
    ? {}
    : { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) };
};

const operation = (endpoint: Endpoint) => ({
  summary: endpoint.summary,
  tags: [endpoint.path.split('/').at(endpoint.path.startsWith('/api/') ? 2 : 1)],
  security: endpoint.access === 'public' ? [] : [{ accessToken: [] }],
  ...parametersOf(endpoint.path),
  ...(endpoint.body && {
    requestBody: { required: true, content: { [mediaType(endpoint)]: { schema: jsonSchema(endpoint.body, 'input') } } },
  }),
  responses: {
    [endpoint.status]: {
      description: endpoint.response ? 'Done' : 'Done; nothing to say',
      ...(endpoint.response && {
        content: { 'application/json': { schema: jsonSchema(endpoint.response, 'output') } },
      }),
    },
    ...byStatus(problemsOf(endpoint)),
  },
});

/**
 * The contract as an OpenAPI 3.1 document.
 * @param endpoints what is served
 * @param server the address that people see, such as `https://accounts.example.com`
 */
export const openapi = (endpoints: readonly Endpoint[], server: string) => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Latchkey', version: '0.1.0', description: 'Accounts, sessions and tokens.' },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemBody, 'output') },
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
};
