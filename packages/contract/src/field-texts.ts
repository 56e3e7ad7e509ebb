/** The names of fields in sentences, by the last part of their path. Other fields are named as they are. */
const names: Readonly<Record<string, string>> = {
  '': 'The body',
  username: 'User name',
  password: 'Password',
  currentPassword: 'Password',
  newPassword: 'Password',
  login: 'User name or e-mail address',
  email: 'E-mail address',
  code: 'Code',
  token: 'Token',
  displayName: 'Name',
  name: 'Name',
  audience: 'Audience',
  scope: 'Scope',
  expiresIn: 'Lifetime in seconds',
  notifySignIns: 'Messages about sign-ins',
  metadata: 'Metadata',
  refresh_token: 'Refresh token',
  delivery: 'Delivery',
  number: 'Event number',
  userCode: 'Code',
};

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
};

type Field = { readonly key: string; readonly name: string };
type Min = Field & { readonly min: number };
type Max = Field & { readonly max: number };

/** What can be wrong with a field, and how to say it. The text may change or be translated; the code stays. */
const texts = {
  missing: ({ name }: Field) => `${name} is missing.`,
  wrong_type: ({ name, expected }: Field & { readonly expected: string }) =>
    `${name} must be ${types[expected] ?? expected}.`,
  unknown_field: ({ key }: Field) => `There is no field "${key}" here.`,
  not_allowed: ({ name, allowed }: Field & { readonly allowed: readonly unknown[] }) =>
    `${name} must be ${allowed.map((value) => JSON.stringify(value)).join(' or ')}.`,
  too_short: ({ name, min }: Min) => `${name} needs at least ${min} characters.`,
  too_long: ({ name, max, isLocalPart }: Max & { readonly isLocalPart?: true }) =>
    `${isLocalPart ? 'The part before the @' : name} can have at most ${max} characters.`,
  too_small: ({ name, min }: Min) => `${name} must be at least ${min.toLocaleString('en')}.`,
  too_large: ({ name, max, kilobytes }: Field & { readonly max?: number; readonly kilobytes?: number }) => {
    if (max === undefined) return `${name} has a number that is too large.`;
    return kilobytes === undefined
      ? `${name} can be at most ${max.toLocaleString('en')}.`
      : `${name} can be at most ${max} kB of JSON; this is ${kilobytes} kB.`;
  },
  too_deep: ({ name, max }: Max) => `${name} can be nested at most ${max} deep.`,
  invalid_format: ({ name }: Field) => `${name} has an invalid format.`,
  invalid_characters: ({ name, isHidden }: Field & { readonly isHidden?: true }) =>
    isHidden
      ? `${name} has an invisible character, or one that disturbs the text around it.`
      : `${name} has a character that cannot be used.`,
  // The password policy explains itself: weak-password-text.ts.
  weak_password: ({ name }: Field) => `${name} is too weak.`,
  reserved: ({ name }: Field) => `${name} is reserved for Latchkey. Use the name of your service.`,
  malformed: ({ name }: Field) => `${name} is not a valid form in UTF-8.`,
};

/** Clearer texts for single fields, by the last part of the path and the code. */
const ofField: Readonly<Record<string, string>> = {
  'username.invalid_format': 'Use letters a–z, digits, and . _ - between them.',
  'email.invalid_format': 'Enter an e-mail address such as ada@example.com.',
  'scope.invalid_format': 'Write scopes as words with one space between them.',
  'metadata.invalid_characters': 'Metadata has a text with a character that cannot be used.',
  'email.not_allowed': 'A verified e-mail address changes with your password only.',
  'metadata.not_allowed': 'Metadata has a name that cannot be used.',
  'newPassword.not_allowed': 'Choose a password that differs from the current one.',
  'before.wrong_type': 'Give one number of an event.',
  'before.invalid_format': 'Give the number of an event, counted from 1.',
  'code.invalid_format': 'Enter the six digits from the message.',
  'token.invalid_format': 'This link is not complete. Open it again from the message, or copy all of it.',
  'token.wrong_type': 'Send one token.',
  // The body of `verifyEmail` has one of two fields.
  '.missing': 'Send the token of the link, or the code of the message.',
  'userCode.invalid_format': 'Enter the eight letters that your device shows.',
  'token_type_hint.wrong_type': 'Send token_type_hint at most once.',
};

export type FieldCode = keyof typeof texts;
export const fieldCodes = Object.keys(texts) as [FieldCode, ...FieldCode[]];

/** A code with the values of its text, such as `{ code: 'too_short', min: 3 }`. */
export type FieldFault = {
  [Code in FieldCode]: { readonly code: Code } & Omit<Parameters<(typeof texts)[Code]>[0], keyof Field>;
}[FieldCode];

/** What is wrong with the field at this path, and what to do about it. */
export const fieldText = (path: readonly PropertyKey[], fault: FieldFault): string => {
  const key = String(path.at(-1) ?? '');
  const text: (values: never) => string = texts[fault.code];
  return ofField[`${key}.${fault.code}`] ?? text({ ...fault, key, name: names[key] ?? key } as never);
};
