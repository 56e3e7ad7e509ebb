export const partNames = ['header', 'payload', 'signature'] as const;
export type PartName = (typeof partNames)[number];

export type Members = Readonly<Record<string, unknown>>;

/** What can be read of a token; `fault` says in words what is wrong with the rest. */
export type Reading = {
  readonly parts: readonly string[];
  readonly header?: Members;
  readonly payload?: Members;
  readonly signature?: Uint8Array<ArrayBuffer>;
  readonly fault?: string;
};

class Fault extends Error {}

/** RFC 7515 §2: base64url without padding. Bits that stray after the end would let two texts be one token. */
const bytesOf = (part: string, name: PartName): Uint8Array<ArrayBuffer> => {
  if (part === '') throw new Fault(`The ${name} is empty.`);
  const [stray] = /[^A-Za-z0-9_-]/u.exec(part) ?? [];
  if (stray) throw new Fault(`The ${name} is not base64url: it cannot have the character “${stray}”.`);
  if (part.length % 4 === 1) throw new Fault(`The ${name} is not base64url: a character is missing, or one too many.`);
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
  const again = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  if (again !== part) throw new Fault(`The ${name} is not base64url as it is written for tokens: its end was changed.`);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};

const membersOf = (part: string, name: PartName): Members => {
  let value: unknown;
  const bytes = bytesOf(part, name);
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Fault(`The ${name} is base64url, but what is in it is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault(`The ${name} is JSON, but not an object with named values.`);
  }
  return value as Members;
};

const countFault = (count: number): string | undefined => {
  if (count === 3) return undefined;
  if (count === 5) return 'This token is encrypted (five parts): only whom it is for can read it.';
  return `A token has three parts with dots between them; this has ${count === 1 ? 'no dot at all' : `${count} parts`}.`;
};

/**
 * Takes a signed JWT (RFC 7519) apart. Reads as much as can be read and throws nothing; whether it can be believed is not
 * asked here.
 * @param text as people copy it: also with `Bearer` before it, in quotes, or broken over lines
 */
export const readToken = (text: string): Reading => {
  const token = text
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^(authorization: *)?bearer /iu, '')
    .replaceAll(/["' ]/gu, '');
  const parts = token.split('.');
  const wrongCount = countFault(parts.length);
  if (wrongCount) return { parts, fault: wrongCount };

  const [header = '', payload = '', signature = ''] = parts;
  let reading: Reading = { parts };
  try {
    reading = { ...reading, header: membersOf(header, 'header') };
    reading = { ...reading, payload: membersOf(payload, 'payload') };
    return { ...reading, signature: bytesOf(signature, 'signature') };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...reading, fault: error.message };
  }
};
