import { expect, it } from 'vitest';
import { failureText, OperatorError } from './operator-error.ts';
import { Problem } from './problem.ts';

it('a failure prints the message for the operator, and the stack of a bug', () => {
  expect(failureText(new OperatorError('Set APP_SECRET.'))).toBe('Set APP_SECRET.');
  expect(failureText(new Problem('username_taken', 'The user name ada is taken.'))).toBe('The user name ada is taken.');
  expect(failureText(new TypeError('no such property'))).toMatch(/^TypeError: no such property\n {4}at /);
});
