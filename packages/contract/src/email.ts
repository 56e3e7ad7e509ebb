import * as z from 'zod/mini';
import { fault } from './field-errors.ts';
import { withoutPastedNoise } from './text.ts';

const maxLength = 254;
/** RFC 5321 §4.5.3.1.1. */
const maxLocalLength = 64;

const localPart = /^(?!\.)(?!.*\.\.)[\w'+.-]*[\w+-]$/;
const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const topLabel = /^[a-z]./i;
/** Checks each label separately: one expression for the whole name would backtrack. */
const isDomainName = (domain: string): boolean => {
  const labels = domain.split('.');
  return labels.length > 1 && labels.every((text) => label.test(text)) && topLabel.test(labels.at(-1) ?? '');
};
const isAscii = (text: string): boolean => /^[\x21-\x7e]*$/.test(text);

/** A domain name in ASCII (IDNA, UTS #46): `bücher.example` and `xn--bcher-kva.example` are equal. Undefined if it is not a domain name. */
export const asciiDomain = (domain: string): string | undefined => {
  // Only characters of a host name: the URL parser would split off a port, a path or a user.
  if (!/^[^\p{Cc}\s%/:?#@[\\\]]+$/u.test(domain)) return undefined;
  const address = `http://${domain}`;
  return URL.canParse(address) ? new URL(address).hostname : undefined;
};

const splitAtLast = (text: string): [local: string, domain: string] => {
  const at = text.lastIndexOf('@');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

/** The address with its domain in ASCII; unchanged if it is already ASCII or not a domain. */
export const withAsciiDomain = (text: string): string => {
  const [local, domain] = splitAtLast(text);
  return isAscii(domain) ? text : `${local}@${asciiDomain(domain) ?? domain}`;
};

const isEmail = (text: string): boolean => {
  const [local, domain] = splitAtLast(text);
  return localPart.test(local) && isDomainName(domain) && asciiDomain(domain) !== undefined;
};

/**
 * An e-mail address with an ASCII local part and the domain in its ASCII form. Look-alikes are not folded: a full-width `＠` is not
 * an `@`.
 */
export const email = z.string().check(
  z.overwrite(withoutPastedNoise),
  z.normalize('NFC'),
  z.trim(),
  z.maxLength(maxLength, { abort: true }),
  z.overwrite(withAsciiDomain),
  z.refine((text) => splitAtLast(text)[0].length <= maxLocalLength, {
    ...fault({ code: 'too_long', max: maxLocalLength, isLocalPart: true }),
    abort: true,
  }),
  z.refine(isEmail, fault({ code: 'invalid_format' })),
  z.refine((text) => text.length <= maxLength, fault({ code: 'too_long', max: maxLength })),
  z.meta({ format: 'email' }),
);
