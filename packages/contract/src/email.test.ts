import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { asciiDomain, email } from './email.ts';
import { parseFields } from './field-errors.ts';

describe('an e-mail address', () => {
  const parse = (text: string): string | undefined => z.safeParse(email, text).data;

  it.each([
    'ada@example.com',
    "O'Brien+list@mail.example.co.uk",
    'Ada@EXAMPLE.com',
    `${'x'.repeat(64)}@example.com`,
    'ada@xn--bcher-kva.example',
    'ada@example.xn--p1ai',
    'a@b.co',
  ])('is kept as it was written: %s', (text) => {
    expect(parse(text)).toBe(text);
  });

  it.each([
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@пример.рф', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['ada@例え。jp', 'ada@xn--r8jz45g.jp'],
    [' \u202aada@example.com\u202c ', 'ada@example.com'],
  ])('%s becomes %s: a domain has one form', (text, kept) => {
    expect(parse(text)).toBe(kept);
  });

  it.each([
    'ada',
    'ada@',
    '@example.com',
    'ada＠example.com',
    'ada@mail@example.com',
    'ａda@example.com',
    'ada@example',
    'ada@127.0.0.1',
    'ada@127.1',
    'ada@[::1]',
    'ada@example.com:25',
    'ada@example.com/x',
    'ada@exa mple.com',
    'ada@ex%61mple.com',
    'ada@-example.com',
    'ada@example..com',
    'ada@bü cher.example',
    'ada@bücher.example#x',
    'ada@user:bücher.example',
    '.ada@example.com',
    'ada.@example.com',
    'a..da@example.com',
    'ada\n@example.com',
    'ada@example.com\u0000',
    `${'x'.repeat(65)}@example.com`,
    `ada@${'x'.repeat(64)}.com`,
    `ada@${'x.'.repeat(125)}com`,
  ])('is not %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('says when the part before the @ is too long', () => {
    const { errors } = parseFields(z.object({ email }), { email: `${'x'.repeat(65)}@example.com` });
    expect(errors?.map(({ message }) => message)).toEqual(['The part before the @ can have at most 64 characters.']);
  });

  it('has no domain where there is none', () => {
    expect(['bücher.example', 'example.com', 'a b', '', 'x/y', 'x@y.z'].map(asciiDomain)).toEqual([
      'xn--bcher-kva.example',
      'example.com',
      ...Array(4).fill(undefined),
    ]);
  });
});
