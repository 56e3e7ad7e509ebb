import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Parser, SettingFault } from './setting-parsers.ts';

export const appName: Parser<string> = (text) => {
  if (/^[^\p{C}]{1,60}$/u.test(text)) return text;
  throw new SettingFault('must be 1 to 60 characters, such as Acme.');
};

export const color: Parser<string> = (text) => {
  if (/^#[0-9a-f]{6}$/i.test(text)) return text.toLowerCase();
  throw new SettingFault(`is "${text}"; it must be a color such as #b45309.`);
};

/** The address of a page, or for help also of a mailbox. */
export const linkTo =
  (...protocols: readonly string[]): Parser<string> =>
  (text) => {
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return new URL(text).href;
    throw new SettingFault(`is "${text}"; it must be a URL that starts with ${protocols.join(' or ')}.`);
  };

const maxLogoBytes = 200_000;
const isPng = (content: Buffer): boolean => content.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
const isSvg = (content: Buffer): boolean => /<svg[\s>]/.test(content.toString());

type Logo = { readonly type: '.svg' | '.png'; readonly content: Buffer };

/** Reads the file when the server starts, so that a wrong one is known at once. */
export const logoFile: Parser<Logo> = (path) => {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw new SettingFault(`is "${path}", which cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
  if (content.length > maxLogoBytes) {
    throw new SettingFault(`is "${path}" with ${content.length} bytes; it can have at most ${maxLogoBytes}.`);
  }
  const type = extname(path).toLowerCase();
  if (type === '.svg' && isSvg(content)) return { type, content };
  if (type === '.png' && isPng(content)) return { type, content };
  throw new SettingFault(`is "${path}", which is neither an SVG nor a PNG image with that extension.`);
};
