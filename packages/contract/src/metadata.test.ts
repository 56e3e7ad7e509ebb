import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseFields } from './field-errors.ts';
import { metadata } from './metadata.ts';

const errorsOf = (value: unknown) => parseFields(z.object({ metadata }), { metadata: value }).errors;

it('returns the same object, with its keys in order', () => {
  const given = { z: 1, a: { b: [null, true, 'x\ty\r\nz'] } };
  expect(z.parse(metadata, given)).toBe(given);
});

it('counts bytes of JSON in UTF-8, not letters', () => {
  const ofBytes = (bytes: number) => ({ x: 'é'.repeat((bytes - '{"x":""}'.length) / 2) });
  expect(z.safeParse(metadata, ofBytes(16_384)).success).toBe(true);
  expect(errorsOf(ofBytes(16_386))).toMatchObject([
    { message: 'Metadata can be at most 16 kB of JSON; this is 17 kB.' },
  ]);
});

it('judges what is nested too deep to walk or to write', () => {
  const deep = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  expect(errorsOf(deep)).toMatchObject([{ message: 'Metadata can be nested at most 20 deep.' }]);
});

it.each([null, [], 'text', 1, undefined, [{}]])('is an object, not %j', (value) => {
  expect(errorsOf(value)).toMatchObject([{ message: 'Metadata must be an object.' }]);
});
