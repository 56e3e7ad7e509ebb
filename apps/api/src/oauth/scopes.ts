import { Problem } from '../problem.ts';

/**
 * The scopes that an app asks for, each once.
 * @param allowed those that it can have
 * @throws Problem `invalid_scope` if it asks for another (RFC 6749 §5.2)
 */
export const scopesOf = (scope: string, allowed: readonly string[]): string[] => {
  const asked = [...new Set(scope.split(' ').filter((one) => one !== ''))];
  if (asked.every((one) => allowed.includes(one))) return asked;
  throw new Problem('invalid_scope', `The app can have these scopes: ${allowed.join(' ')}.`);
};
