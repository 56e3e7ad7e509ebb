/** The parameters that Latchkey reads. Unknown ones are ignored (RFC 6749 §3.1). */
const names = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'login_hint',
  'request',
  'request_uri',
] as const;
type Name = (typeof names)[number];

/** The parameters of an authorization request; an empty one counts as absent (RFC 6749 §3.1). */
export type Parameters = { readonly [One in Name]?: string };

export const readParameters = (query: string): { parameters: Parameters; repeated: readonly Name[] } => {
  const search = new URLSearchParams(query);
  return {
    parameters: Object.fromEntries(names.flatMap((name) => (search.get(name) ? [[name, search.get(name)]] : []))),
    repeated: names.filter((name) => search.getAll(name).length > 1),
  };
};

/** Adds parameters to the address of an app, which may have a query of its own. */
export const addressWith = (uri: string, parameters: Readonly<Record<string, string>>): string =>
  `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;

/** RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6 and §6. */
export type AuthorizationError = { readonly error: string; readonly error_description: string };

const refusal = (error: string, error_description: string): AuthorizationError => ({ error, error_description });

const prompts = ['none', 'login', 'consent', 'select_account'];
/** RFC 7636 §4.2: the SHA-256 of the verifier in base64url. */
const challenge = /^[\w-]{43}$/;

export type AuthorizationRequest = {
  readonly scopes: readonly string[];
  readonly codeChallenge: string;
  readonly prompts: readonly string[];
  readonly maxAgeSeconds: number | undefined;
};

/**
 * Checks what may be answered to the app.
 * @param allowed the scopes of the app; others are ignored (OpenID Connect Core §3.1.2.1)
 */
export const checkParameters = (
  parameters: Parameters,
  allowed: readonly string[],
): AuthorizationRequest | AuthorizationError => {
  const { response_type, response_mode = 'query', scope = '', code_challenge = '', prompt = '', max_age } = parameters;
  if (parameters.request) return refusal('request_not_supported', 'Send the parameters without a request object.');
  if (parameters.request_uri) return refusal('request_uri_not_supported', 'Send the parameters themselves.');
  if (response_type !== 'code') return refusal('unsupported_response_type', 'The response_type must be code.');
  if (response_mode !== 'query') return refusal('invalid_request', 'The response_mode must be query.');
  if (parameters.code_challenge_method !== 'S256' || !challenge.test(code_challenge))
    return refusal('invalid_request', 'PKCE is required: send code_challenge with code_challenge_method=S256.');
  const asked = prompt.split(' ').filter((one) => one !== '');
  if (asked.some((one) => !prompts.includes(one))) return refusal('invalid_request', 'The prompt is unknown.');
  if (asked.includes('none') && asked.length > 1)
    return refusal('invalid_request', 'The prompt none cannot be combined with another.');
  if (max_age !== undefined && !/^\d{1,9}$/.test(max_age))
    return refusal('invalid_request', 'The max_age must be a number of seconds.');
  const scopes = [...new Set(scope.split(' '))].filter((one) => allowed.includes(one));
  if (scopes.length === 0) return refusal('invalid_scope', `Ask for one of these scopes: ${allowed.join(' ')}.`);
  return {
    scopes,
    codeChallenge: code_challenge,
    prompts: asked,
    maxAgeSeconds: max_age === undefined ? undefined : Number(max_age),
  };
};
