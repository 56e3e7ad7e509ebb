export const partNames = ['header', 'payload', 'signature'] as const;
export type PartName = (typeof partNames)[number];

export type Members = Readonly<Record<string, unknown>>;

/** The parts of a token that could be decoded; `error` is a message about the first one that could not. */
export type DecodedToken = {
  readonly parts: readonly string[];
  readonly header?: Members;
  readonly payload?: Members;
  readonly signature?: Uint8Array<ArrayBuffer>;
  readonly error?: string;
};

class DecodeError extends Error {}

/** RFC 7515 §2: base64url without padding. Unused bits at the end must be zero, or two texts would be the same token. */
const decodeBytes = (part: string, name: PartName): Uint8Array<ArrayBuffer> => {
  if (part === '') throw new DecodeError(`The ${name} is empty.`);
  const [invalid] = /[^A-Za-z0-9_-]/u.exec(part) ?? [];
  if (invalid) throw new DecodeError(`The ${name} is not base64url: “${invalid}” is not allowed.`);
  if (part.length % 4 === 1) throw new DecodeError(`The ${name} is not base64url: a character is missing or added.`);
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
  const encoded = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  if (encoded !== part) throw new DecodeError(`The ${name} is not valid base64url: its end was changed.`);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};

const decodeMembers = (part: string, name: PartName): Members => {
  let value: unknown;
  const bytes = decodeBytes(part, name);
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new DecodeError(`The ${name} is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeError(`The ${name} is not a JSON object.`);
  }
  return value as Members;
};

const countError = (count: number): string | undefined => {
  if (count === 3) return undefined;
  if (count === 5) return 'This token is encrypted (five parts). Only its recipient can read it.';
  return `A JWT has three parts separated by dots; this has ${count === 1 ? 'no dots' : `${count} parts`}.`;
};

/**
 * Decodes a signed JWT (RFC 7519) as far as possible, without checking the signature. Never throws.
 * @param text the token, optionally with a `Bearer` prefix, in quotes, or broken over lines
 */
export const decodeToken = (text: string): DecodedToken => {
  const token = text
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^(authorization: *)?bearer /iu, '')
    .replaceAll(/["' ]/gu, '');
  const parts = token.split('.');
  const error = countError(parts.length);
  if (error) return { parts, error };

  const [header = '', payload = '', signature = ''] = parts;
  let decoded: DecodedToken = { parts };
  try {
    decoded = { ...decoded, header: decodeMembers(header, 'header') };
    decoded = { ...decoded, payload: decodeMembers(payload, 'payload') };
    return { ...decoded, signature: decodeBytes(signature, 'signature') };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { ...decoded, error: error.message };
  }
};
