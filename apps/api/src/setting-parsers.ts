import { resolve } from 'node:path';
import { email } from '@latchkey/contract/email';
import { isPlainText } from '@latchkey/contract/text';
import { isWellKnown } from './well-known-secrets.ts';

/** Reads the text of a setting. It throws a SettingFault; production may have stricter rules. */
export type Parser<Value> = (text: string, isProduction: boolean) => Value;

/** What is wrong with a setting, as a sentence that follows its name. */
export class SettingFault extends Error {}

export const oneOf =
  <const Choice extends string>(...choices: readonly Choice[]): Parser<Choice> =>
  (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new SettingFault(`is "${text}"; it must be one of ${choices.join(', ')}.`);
    return choice;
  };

export const integer =
  (min: number, max: number): Parser<number> =>
  (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new SettingFault(`is "${text}"; it must be a whole number from ${min} to ${max}.`);
  };

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A duration such as `15m` in seconds; NaN if it is none. */
export const parseDuration = (text: string): number => {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return amount && unit ? Number(amount) * secondsIn[unit as keyof typeof secondsIn] : Number.NaN;
};

/** A part of the whole, from 0 to 1. */
export const share: Parser<number> = (text) => {
  const value = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new SettingFault(`is "${text}"; it must be a number from 0 to 1, such as 0.1.`);
};

export const durationInSeconds =
  (min: string, max: string): Parser<number> =>
  (text) => {
    const seconds = parseDuration(text);
    if (seconds >= parseDuration(min) && seconds <= parseDuration(max)) return seconds;
    throw new SettingFault(`is "${text}"; it must be a duration from ${min} to ${max}, such as 30s, 15m, 12h or 7d.`);
  };

export const origin: Parser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new SettingFault(`has "${text}"; it must be an origin such as https://accounts.example.com, without a path.`);
};

/** A comma-separated list. */
export const listOf =
  <Value>(parse: Parser<Value>): Parser<Value[]> =>
  (text, isProduction) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => parse(item, isProduction));

export const databaseUrl: Parser<string> = (text) => {
  if (/^file:.+/.test(text)) return text.startsWith('file:/') ? text : `file:${resolve(text.slice('file:'.length))}`;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new SettingFault('must be file:<path> for SQLite or postgres://<user>:<password>@<host>:<port>/<database>.');
};

export const secret: Parser<string> = (text, isProduction) => {
  const bytes = Buffer.byteLength(text);
  if (bytes < 32) {
    throw new SettingFault(`has ${bytes} bytes; it needs at least 32. Create one with: openssl rand -hex 32.`);
  }
  if (isProduction && isWellKnown(text)) {
    throw new SettingFault('is too easy to guess; create another with: openssl rand -hex 32');
  }
  return text;
};

export const userName: Parser<string> = (text) => {
  if (/^[\w.-]+$/.test(text)) return text;
  throw new SettingFault(`has "${text}"; it must be a comma-separated list of user names, such as acme,acme-support.`);
};

export const audience: Parser<string> = (text) => {
  if (/^\S{1,200}$/.test(text)) return text;
  throw new SettingFault('must be 1 to 200 characters without spaces, such as latchkey.');
};

/** The URL of an SMTP server; undefined for `off`. */
export const mailServer: Parser<string | undefined> = (text) => {
  if (text === 'off') return undefined;
  if (URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '') return text;
  throw new SettingFault(
    'must be smtp://<user>:<password>@<host>:<port>, smtps:// for TLS from the first byte, or off.',
  );
};

/** `Acme <accounts@acme.example>`, or the address alone. */
export const mailbox: Parser<{ readonly name: string; readonly address: string }> = (text) => {
  const start = text.endsWith('>') ? text.lastIndexOf('<') : -1;
  const name = text.slice(0, Math.max(start, 0)).trim();
  const address = email.safeParse(start < 0 ? text : text.slice(start + 1, -1));
  if (address.success && isPlainText(name)) return { name, address: address.data };
  throw new SettingFault(`is "${text}"; it must be an address such as Acme <accounts@acme.example>.`);
};
