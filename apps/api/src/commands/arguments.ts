import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { username } from '@latchkey/contract/accounts';
import { email } from '@latchkey/contract/email';
import { parseFields } from '@latchkey/contract/field-errors';
import { parseJson } from '@latchkey/contract/jwt';
import { issueToken } from '@latchkey/contract/tokens';
import * as z from 'zod/mini';

// Below their names, so that an error names the argument.
const { name, audience, scope } = issueToken.body.shape;
const fields = z.partial(z.object({ username, email, name, audience, scope }));

const fieldParser =
  (name: keyof z.output<typeof fields>) =>
  (text: string): string => {
    const { data, errors = [] } = parseFields(fields, { [name]: text });
    const parsed = data?.[name];
    if (parsed === undefined) throw new InvalidArgumentError(errors.map(({ message }) => message).join(' '));
    return parsed;
  };

export const newUsername = fieldParser('username');
export const emailAddress = fieldParser('email');
/** What an app registers has the form of what an API token has. */
export const appName = fieldParser('name');
export const appAudience = fieldParser('audience');
export const appScopes = (text: string): readonly string[] => fieldParser('scope')(text).split(' ');

/** The content of a file. */
export const fileContent = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
};

const firebase = z.object({
  base64_signer_key: z.string(),
  base64_salt_separator: z.string(),
  rounds: z.int(),
  mem_cost: z.int(),
});

/** The hash parameters that the console of Firebase shows. */
export const firebaseParameters = (path: string): z.output<typeof firebase> => {
  const { data } = z.safeParse(firebase, parseJson(Buffer.from(fileContent(path))));
  if (data) return data;
  throw new InvalidArgumentError(
    'It must be JSON with base64_signer_key, base64_salt_separator, rounds and mem_cost, as in the console of Firebase.',
  );
};

const maxPage = 1000;

/** How many rows to print. */
export const pageSize = (text: string): number => {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > maxPage) throw new InvalidArgumentError(`It must be a whole number from 1 to ${maxPage}.`);
  return size;
};
