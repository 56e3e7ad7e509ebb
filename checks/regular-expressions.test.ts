import { describe, expect, it } from 'vitest';
import { superLinear } from './regular-expressions.ts';

describe('a regular expression', () => {
  it.each([
    String.raw`path.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')`,
    '/^(a+)+$/.test(text)',
    String.raw`z.string().check(z.regex(/^(\d+)*$/u))`,
    'const scheme: RegExp = /^Bearer +(.+)$/iu',
    "text.replace(/=+$/, '')",
  ])('with superlinear run time is refused: %s', (source) => {
    expect(superLinear('a.ts', source)).toEqual([expect.stringContaining('a.ts: /')]);
  });

  it.each([
    String.raw`/^[\w-]+\.[\w-]+$/.test(text)`,
    'z.regex(/^[a-z0-9-]{1,40}$/)',
    String.raw`const Page = () => <p title={text.replace(/[^\p{L}]/gu, '')}>/(a+)+$/</p>`,
    '// /(a+)+$/',
  ])('with linear run time is accepted: %s', (source) => {
    expect(superLinear('a.tsx', source)).toEqual([]);
  });
});
