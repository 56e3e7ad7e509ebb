import { describe, expect, it } from 'vitest';
import { superLinear } from './regular-expressions.ts';

describe('a regular expression', () => {
  it.each([
    String.raw`path.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')`,
    String.raw`/^(a+)+$/.test(text)`,
    String.raw`z.string().check(z.regex(/^(\d+)*$/u))`,
    String.raw`const scheme: RegExp = /^Bearer +(.+)$/iu`,
    String.raw`text.replace(/=+$/, '')`,
  ])('that a long text can hold for long is refused: %s', (source) => {
    expect(superLinear('a.ts', source)).toEqual([expect.stringContaining('a.ts: /')]);
  });

  it.each([
    String.raw`/^[\w-]+\.[\w-]+$/.test(text)`,
    String.raw`z.regex(/^[a-z0-9-]{1,40}$/)`,
    String.raw`const Page = () => <p title={text.replace(/[^\p{L}]/gu, '')}>/(a+)+$/</p>`,
    String.raw`// /(a+)+$/`,
  ])('whose work grows with the text is taken: %s', (source) => {
    expect(superLinear('a.tsx', source)).toEqual([]);
  });
});
