import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { register } from './accounts.ts';
import { reportUnrecognized } from './activity.ts';
import { endpoints } from './endpoints.ts';
import { parseFields } from './field-errors.ts';
import { fieldText } from './field-texts.ts';
import { issueToken } from './tokens.ts';

const messagesOf = (schema: z.ZodMiniType, input: unknown) =>
  parseFields(schema, input).errors?.map(({ path, code, message }) => [path, code, message]);

it('a code with values becomes a sentence about its field', () => {
  expect(fieldText(['username'], { code: 'too_short', min: 3 })).toBe('User name needs at least 3 characters.');
  expect(fieldText(['address', 'city'], { code: 'missing' })).toBe('city is missing.');
});

it('every error names the field, its code and what to do', () => {
  const registration = { username: 'ada', password: 'correct horse', delivery: 'pigeon', 'metadata.theme': 1 };
  expect(messagesOf(register.body, registration)).toEqual([
    ['delivery', 'not_allowed', 'Delivery must be "cookie" or "body".'],
    ['metadata.theme', 'unknown_field', 'There is no field "metadata.theme" here.'],
  ]);
  expect(messagesOf(register.body, [])).toEqual([['', 'wrong_type', 'The body must be an object.']]);
  expect(messagesOf(reportUnrecognized.body, { number: 1.5 })).toEqual([
    ['number', 'wrong_type', 'Event number must be a whole number.'],
  ]);
  expect(messagesOf(issueToken.body, { name: 'CI', expiresIn: 31_536_001, scope: 'a  b' })).toEqual([
    ['scope', 'invalid_format', 'Write scopes as words with one space between them.'],
    ['expiresIn', 'too_large', 'Lifetime in seconds can be at most 31,536,000.'],
  ]);
});

it.each(endpoints.filter(({ body }) => body))('$method $path has a text for each value of a wrong type', ({ body }) => {
  if (!body) return;
  const fields = Object.keys(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }).properties ?? {});
  for (const { path, message } of parseFields(body, Object.fromEntries(fields.map((field) => [field, []]))).errors ??
    []) {
    expect(message, path).toMatch(/\.$/);
    expect(message, path).not.toMatch(/undefined|NaN|invalid format/);
  }
});
