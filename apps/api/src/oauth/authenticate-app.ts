import type { IncomingHttpHeaders } from 'node:http';
import type { App, AppStore } from '../apps/app-store.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { FindAssertingApp } from './find-asserting-app.ts';

type Needs = {
  readonly apps: AppStore;
  readonly hasHash: (secret: string, hashes: readonly string[]) => boolean;
  readonly clock: Clock;
  readonly findAssertingApp: FindAssertingApp;
};

type Credentials = {
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly client_assertion_type?: string | undefined;
  readonly client_assertion?: string | undefined;
};

const refused = (): Problem => new Problem('invalid_client', 'The client id or the client secret is wrong.');

/** RFC 6749 §2.3.1: both parts are form-encoded before they are put together. */
const formDecode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refused();
  }
};

/** The credentials of `Authorization: Basic …`; undefined if there is no such header. */
const basicCredentials = (authorization: string): Credentials | undefined => {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw refused();
  return { client_id: formDecode(text.slice(0, colon)), client_secret: formDecode(text.slice(colon + 1)) };
};

/** Whether an app asks, or somebody with an access token. */
export const isAppRequest = ({ headers }: { readonly headers: IncomingHttpHeaders }, body: Credentials): boolean =>
  /^Basic /i.test(headers.authorization ?? '') || (body.client_id ?? body.client_assertion) !== undefined;

/**
 * Authenticates an app (RFC 6749 §2.3): a confidential one by its secret, in the header or in the body, or by its key; a public one
 * names itself.
 * @throws Problem `invalid_client`
 */
export const authenticateApp =
  ({ apps, hasHash, clock, findAssertingApp }: Needs) =>
  async ({ headers }: { readonly headers: IncomingHttpHeaders }, body: Credentials): Promise<App> => {
    const basic = basicCredentials(headers.authorization ?? '');
    if (body.client_assertion !== undefined) {
      if (basic || body.client_secret !== undefined)
        throw new Problem('invalid_request', 'Send either a client secret or a client assertion.');
      const app = await findAssertingApp(body.client_assertion_type ?? '', body.client_assertion);
      if (body.client_id !== undefined && body.client_id !== app.id) throw refused();
      return app;
    }
    // Also an empty one: an app that sends its secret twice may mean two apps.
    if (basic && body.client_secret !== undefined)
      throw new Problem('invalid_request', 'Send the client secret once: in the header, or in the body.');
    const { client_id = '', client_secret: secret } = basic ?? body;
    if (basic && body.client_id !== undefined && body.client_id !== client_id) throw refused();
    const app = await apps.findById(client_id);
    if (!app) throw refused();
    const isPublic = !app.isConfidential && !secret;
    if (isPublic || (app.isConfidential && secret && hasHash(secret, await apps.listSecretHashes(app.id, clock()))))
      return app;
    throw refused();
  };
