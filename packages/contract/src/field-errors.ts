import * as z from 'zod/mini';

/** What can be wrong with a field. The text of the message may change or be translated; the code stays. */
export const fieldCode = z.enum([
  'missing',
  'wrong_type',
  'unknown_field',
  'not_allowed',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'too_deep',
  'invalid_format',
  'invalid_characters',
  'weak_password',
  'reserved',
  'malformed',
]);
export type FieldCode = z.output<typeof fieldCode>;

/** One thing that is wrong with a request: where (a path such as `metadata.theme`), a code, and what to do about it. */
export const fieldError = z.object({ path: z.string(), code: fieldCode, message: z.string() });
export type FieldError = z.output<typeof fieldError>;

/** For a check of our own, such as `z.refine(isEmail, fault('invalid_format', 'Enter an e-mail address.'))`. */
export const fault = (code: FieldCode, error: string) => ({ error, params: { code } });

const codeOf = (issue: z.core.$ZodIssue): FieldCode => {
  switch (issue.code) {
    case 'custom':
      return fieldCode.safeParse(issue.params?.code).data ?? 'wrong_type';
    case 'invalid_type':
      return issue.input === undefined ? 'missing' : 'wrong_type';
    case 'too_small':
      return issue.origin === 'string' ? 'too_short' : 'too_small';
    case 'too_big':
      return issue.origin === 'string' ? 'too_long' : 'too_large';
    case 'invalid_value':
      return 'not_allowed';
    default:
      return 'invalid_format';
  }
};

/** The field errors of a failed parse, for which `reportInput` was set. */
export const fieldErrorsOf = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.flatMap((issue) => {
    const at = (path: PropertyKey[]): string => path.map(String).join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: at([...issue.path, key]),
          code: 'unknown_field' as const,
          message: `There is no field "${key}" here.`,
        }))
      : [{ path: at(issue.path), code: codeOf(issue), message: issue.message }];
  });
