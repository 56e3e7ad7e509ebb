import { describe, expect, it } from 'vitest';
import { problemsOf } from './endpoint.ts';
import { endpoints, operations } from './endpoints.ts';
import { oauthErrorOf } from './oauth-errors.ts';
import { openapi } from './openapi.ts';
import { problems } from './problems.ts';
import { revokeToken } from './tokens.ts';

type Operation = {
  operationId: string;
  summary: string;
  tags: string[];
  security: object[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<
    string,
    { description: string; headers?: object; content?: Record<string, { schema: Record<string, unknown> }> }
  >;
};

// As a reader gets it: what JSON cannot say would be lost.
const document = JSON.parse(JSON.stringify(openapi(operations, 'https://accounts.example.com')));
const operationOf = (method: string, path: string): Operation =>
  document.paths[path.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()];

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 and says where the API is', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Latchkey', version: expect.any(String), license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: 'https://accounts.example.com' }],
      components: { securitySchemes: { accessToken: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    'tells all of %s',
    (_name, endpoint) => {
      const operation = operationOf(endpoint.method, endpoint.path);
      expect(operation.summary).toBe(endpoint.summary);
      expect(operation.tags).toEqual([
        expect.stringMatching(
          /^(accounts|apps|activity|identities|sessions|passwords|emails|tokens|oauth|health|\.well-known)$/,
        ),
      ]);
      if (!endpoint.readsToken) {
        expect(operation.security).toEqual(endpoint.access === 'public' ? [] : [{ accessToken: [] }]);
      }
      expect(operation.requestBody !== undefined).toBe(endpoint.body !== undefined);

      const success = operation.responses[endpoint.status];
      const isInHeaders = endpoint.answers === 'headers' || endpoint.answers === 'redirect';
      const hasBody = endpoint.answers === 'zip' || (endpoint.response !== undefined && !isInHeaders);
      expect(success?.content !== undefined).toBe(hasBody);
      for (const code of problemsOf(endpoint)) {
        const isOAuth = endpoint.failures === 'oauth';
        const failure = operation.responses[isOAuth ? oauthErrorOf(code).status : problems[code].status];
        expect(failure?.description).toContain(
          `\`${isOAuth ? oauthErrorOf(code).error : code}\`: ${problems[code].title}.`,
        );
        const [type, name] = isOAuth
          ? (['application/json', 'OAuthError'] as const)
          : (['application/problem+json', 'Problem'] as const);
        expect(failure?.content?.[type]?.schema).toEqual({ $ref: `#/components/schemas/${name}` });
      }
    },
  );

  it('says that signing out takes the access token, and needs neither it nor a body', () => {
    const { security, requestBody } = operationOf('POST', '/api/sessions/logout');
    // Clients such as Postman follow the first requirement.
    expect(security).toEqual([{ accessToken: [] }, {}]);
    expect(requestBody?.required).toBe(false);
    expect(operationOf('POST', '/api/sessions/refresh').requestBody?.required).toBe(false);
    expect(operationOf('POST', '/api/sessions/login').requestBody?.required).toBe(true);
  });

  it('names every call for generated clients, and keeps the names', () => {
    const ids = Object.values<Record<string, Operation>>(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual([
      'authorizationServerMetadata',
      'authorize',
      'authorizeDevice',
      'changeEmail',
      'changePassword',
      'currentToken',
      'decideDevice',
      'deleteMe',
      'disconnectApp',
      'endOtherSessions',
      'endSession',
      'exportMe',
      'forgotPassword',
      'forwardAuth',
      'getUserinfo',
      'identify',
      'introspect',
      'issueToken',
      'jwks',
      'linkIdentity',
      'listActivity',
      'listApps',
      'listIdentities',
      'listProviders',
      'listSessions',
      'listTokens',
      'live',
      'logIn',
      'logOut',
      'me',
      'openidConfiguration',
      'postUserinfo',
      'readRevocationFeed',
      'ready',
      'receiveCallback',
      'refresh',
      'register',
      'registerWithIdentity',
      'reportUnrecognized',
      'requestLogout',
      'resetPassword',
      'revoke',
      'revokeToken',
      'sendVerification',
      'signInWithIdentity',
      'startAttempt',
      'token',
      'undoEmailChange',
      'unlinkIdentity',
      'updateMe',
      'verifyEmail',
    ]);
  });

  it('includes the revocation feed', () => {
    const { responses } = operationOf('GET', '/api/tokens/revocations');
    expect(Object.keys(responses)).toEqual(['200', '304', '429', '503']);
    expect(responses[200]?.content).toHaveProperty(['application/jwt']);
  });

  it('states the rate limit and the guess limits of each endpoint', () => {
    const { description, 'x-rate-limit': rate } = document.paths['/api/sessions/login'].post;
    expect(rate).toEqual({ limit: 1000, seconds: 900, per: 'address' });
    expect(description.split('\n\n')).toEqual([
      'At most 1000 calls in 15 minutes per address.',
      'Failed sign-ins: at most 100 in 15 minutes per address.',
      'Password guesses: 10 per account and address; each further one waits, 1 second at first, then twice as long each time, up to 15 minutes.',
      'Password guesses: 50 per account; each further one waits, 1 second at first, then twice as long each time, up to 15 minutes.',
      'Password guesses: 10 per known device; each further one waits, 1 second at first, then twice as long each time, up to 15 minutes.',
      'Password guesses from all known devices: 50 per account; each further one waits, 1 second at first, then twice as long each time, up to 15 minutes.',
    ]);
    expect(document.paths['/api/accounts/me'].get.description).toBe(
      'At most 600 calls in 1 minute per session, and 1200 per account.',
    );
  });

  it('lists the headers of an answer that has only headers', () => {
    const { headers } = operationOf('GET', '/api/tokens/forward-auth').responses[200] ?? {};
    expect(headers).toEqual({
      'Remote-User': { schema: { type: 'string', description: 'The user name' } },
      'Remote-User-Id': { schema: { type: 'string', description: 'The id of the user, which is never used again' } },
      'Remote-Groups': { schema: { type: 'string', description: 'The role of the user' } },
    });
  });

  it('lists the query parameters', () => {
    expect(document.paths['/api/activity'].get.parameters).toEqual([
      { name: 'before', in: 'query', schema: { type: 'string', pattern: '^[1-9]\\d{0,8}$' } },
    ]);
  });

  it('describes request bodies: optional fields are optional, unknown fields are refused', () => {
    const schema = operationOf('POST', '/api/accounts/register').requestBody?.content['application/json']?.schema;
    expect(schema).toMatchObject({
      type: 'object',
      required: ['username', 'password'],
      additionalProperties: false,
      properties: {
        username: { type: 'string', minLength: 3, maxLength: 32 },
        password: { type: 'string', minLength: 8, maxLength: 256, format: 'password' },
        email: { type: 'string', format: 'email', maxLength: 254 },
        delivery: { enum: ['cookie', 'body'] },
      },
    });
  });

  it('describes every answer with typed fields', () => {
    const schema = operationOf('GET', '/api/accounts/me').responses[200]?.content?.['application/json']?.schema;
    expect(schema).toMatchObject({
      type: 'object',
      properties: { createdAt: { type: 'string', format: 'date-time' } },
    });
    expect(document.components.schemas.Problem.required).toEqual([
      'type',
      'title',
      'status',
      'detail',
      'code',
      'requestId',
    ]);
  });

  it('has no dangling references', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(new Set(references)).toEqual(new Set(['#/components/schemas/Problem', '#/components/schemas/OAuthError']));
    expect(JSON.stringify(document)).not.toContain('$schema');
  });

  it('writes path parameters in braces', () => {
    const { paths } = openapi({ revokeToken }, 'https://accounts.example.com');
    expect(paths['/api/tokens/{id}']).toMatchObject({
      delete: { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }] },
    });
  });
});
