import * as z from 'zod/mini';
import { type Endpoint, problemsOf } from './endpoint.ts';
import { accountRate, guessLimits, maxWaitSeconds, type Rate } from './limits.ts';
import { oauthErrorBody, oauthErrorOf } from './oauth-errors.ts';
import { type ProblemCode, problemBody, problems } from './problems.ts';
import { revocationFeedPaths } from './revocation-feed.ts';

const jsonSchema = (schema: z.ZodMiniType, io: 'input' | 'output') => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** How a failure is written: its status, the code in its body, and the schema of the body. */
const writtenAs = {
  problem: {
    failureOf: (code: ProblemCode) => ({ status: problems[code].status, name: code as string }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
  oauth: {
    failureOf: (code: ProblemCode) => ({ status: oauthErrorOf(code).status, name: oauthErrorOf(code).error }),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } },
  },
};

const failuresByStatus = (endpoint: Endpoint) => {
  const { failureOf, content } = writtenAs[endpoint.failures ?? 'problem'];
  const groups = Map.groupBy(problemsOf(endpoint), (code) => failureOf(code).status);
  const sentence = (code: ProblemCode): string => `\`${failureOf(code).name}\`: ${problems[code].title}.`;
  return Object.fromEntries(
    [...groups].map(([status, codes]) => [status, { description: codes.map(sentence).join('\n\n'), content }]),
  );
};

const mediaType = ({ encoding }: Endpoint): string =>
  encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';

const parametersOf = ({ params, query }: Endpoint) => {
  const inPath = Object.entries((params && jsonSchema(params, 'input').properties) ?? {}).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema,
  }));
  const inQuery = Object.entries((query && jsonSchema(query, 'input').properties) ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema,
  }));
  const all = [...inPath, ...inQuery];
  return all.length === 0 ? {} : { parameters: all };
};

/** A duration as text. */
const span = (seconds: number): string => {
  const units = { hour: 3600, minute: 60, second: 1 };
  const [unit, length] = Object.entries(units).find(([, length]) => seconds % length === 0) ?? ['second', 1];
  return `${seconds / length} ${unit}${seconds === length ? '' : 's'}`;
};

/** The requirements and limits of an endpoint as text. */
const rulesInWords = ({ access, permission, freshSeconds, rate, guessLimits: names = [] }: Endpoint): string =>
  [
    ...(permission ? [`Requires the permission ${permission}.`] : []),
    ...(freshSeconds === undefined ? [] : [`Requires authentication within the last ${span(freshSeconds)}.`]),
    access === 'public'
      ? `At most ${rate.limit} calls in ${span(rate.seconds)} per address.`
      : `At most ${rate.limit} calls in ${span(rate.seconds)} per session, and ${accountRate(rate).limit} per account.`,
    ...names.map((name) => {
      const { description, per, ...rule }: { description: string; per: string } & (Rate | { free: number }) =
        guessLimits[name];
      return 'free' in rule
        ? `${description}: ${rule.free} per ${per}; each further one waits, 1 second at first, then twice as long each time, up to ${span(maxWaitSeconds)}.`
        : `${description}: at most ${rule.limit} in ${span(rule.seconds)} per ${per}.`;
    }),
  ].join('\n\n');

/** Generated clients follow the first requirement; an empty one makes the token optional. */
const securityOf = ({ access, readsToken }: Endpoint) => {
  const withToken = { accessToken: [] };
  if (access !== 'public') return [withToken];
  return readsToken ? [withToken, {}] : [];
};

const requestBodyOf = (endpoint: Endpoint) => {
  const { body, example } = endpoint;
  if (!body) return {};
  // `readBody` of the API treats a missing body as an empty object.
  const required = !z.safeParse(body, {}).success;
  const content = { schema: jsonSchema(body, 'input'), ...(example && { example }) };
  return { requestBody: { required, content: { [mediaType(endpoint)]: content } } };
};

const successOf = ({ answers = 'json', response }: Endpoint) => {
  if (answers === 'zip') {
    return { description: 'OK', content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } };
  }
  if (!response) return { description: 'No content' };
  const schema = jsonSchema(response, 'output');
  if (answers === 'headers') {
    const headers = Object.entries(schema.properties ?? {}).map(([name, schema]) => [name, { schema }]);
    return { description: 'OK', headers: Object.fromEntries(headers) };
  }
  if (answers === 'redirect') return { description: 'Redirect', headers: { Location: { schema } } };
  return { description: 'OK', content: { [answers === 'text' ? 'text/plain' : 'application/json']: { schema } } };
};

const operation = (operationId: string, endpoint: Endpoint) => ({
  operationId,
  summary: endpoint.summary,
  description: rulesInWords(endpoint),
  'x-rate-limit': { ...endpoint.rate, per: endpoint.access === 'public' ? 'address' : 'session' },
  tags: [endpoint.path.split('/').at(endpoint.path.startsWith('/api/') ? 2 : 1)],
  security: securityOf(endpoint),
  ...parametersOf(endpoint),
  ...requestBodyOf(endpoint),
  responses: {
    [endpoint.status]: successOf(endpoint),
    ...failuresByStatus(endpoint),
  },
});

/**
 * The contract as an OpenAPI 3.1 document.
 * @param operations the endpoints by operation id
 * @param server the public origin, such as `https://accounts.example.com`
 */
export const openapi = (operations: Readonly<Record<string, Endpoint>>, server: string) => {
  const paths: Record<string, Record<string, unknown>> = { ...revocationFeedPaths };
  for (const [id, endpoint] of Object.entries(operations)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(id, endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '0.1.0',
      description: 'Accounts, sessions and tokens.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: {
        Problem: jsonSchema(z.extend(problemBody, { code: z.enum(Object.keys(problems)) }), 'output'),
        OAuthError: jsonSchema(oauthErrorBody, 'output'),
      },
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
};
