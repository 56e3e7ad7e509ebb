import { expect, it } from 'vitest';
import { problemMessage } from './problem-texts.ts';

const detail = 'As the API describes it.';

it('a problem reads as the catalogue says, with its values', () => {
  expect(problemMessage({ code: 'last_admin', detail })).toBe(
    'You are the only admin. Make another user an admin first.',
  );
  const values = { username: 'root', isReserved: true };
  expect(problemMessage({ code: 'username_taken', values, detail })).toBe(
    'The user name root is reserved. Choose another.',
  );
});

it('a problem without a text, or without the values of its text, reads as the API describes it', () => {
  expect(problemMessage({ code: 'malformed_json', detail })).toBe(detail);
  expect(problemMessage({ code: 'not_found', detail })).toBe(detail);
});
