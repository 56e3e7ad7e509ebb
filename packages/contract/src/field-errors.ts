import * as z from 'zod/mini';
import { type FieldFault, fieldCodes, fieldText } from './field-texts.ts';

/** One thing that is wrong with a request: where (a path such as `metadata.theme`), a code, and what to do about it. */
export const fieldError = z.object({ path: z.string(), code: z.enum(fieldCodes), message: z.string() });
export type FieldError = z.output<typeof fieldError>;

/** An error of the field at this path, with its text. */
export const fieldErrorAt = (path: readonly PropertyKey[], fault: FieldFault): FieldError => ({
  path: path.map(String).join('.'),
  code: fault.code,
  message: fieldText(path, fault),
});

/** For a check of our own: `z.refine(isShort, fault({ code: 'too_long', max: 80 }))`. */
export const fault = (params: FieldFault) => ({ params });

const faultOf = (issue: z.core.$ZodIssue): FieldFault => {
  switch (issue.code) {
    case 'custom':
      // Set by `fault`.
      return issue.params as FieldFault;
    case 'invalid_type':
      return issue.input === undefined ? { code: 'missing' } : { code: 'wrong_type', expected: issue.expected };
    case 'too_small': {
      const min = Number(issue.minimum);
      if (issue.origin !== 'string') return { code: 'too_small', min };
      return min === 1 ? { code: 'missing' } : { code: 'too_short', min };
    }
    case 'too_big': {
      const max = Number(issue.maximum);
      return issue.origin === 'string' ? { code: 'too_long', max } : { code: 'too_large', max };
    }
    case 'invalid_value':
      return { code: 'not_allowed', allowed: issue.values };
    default:
      return { code: 'invalid_format' };
  }
};

const errorsOf = (issue: z.core.$ZodIssue): FieldError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => fieldErrorAt([...issue.path, key], { code: 'unknown_field' }))
    : [fieldErrorAt(issue.path, faultOf(issue))];

export type Parsed<Output> =
  | { readonly data: Output; readonly errors?: undefined }
  | { readonly data?: undefined; readonly errors: readonly FieldError[] };

/** Parses with a schema of the contract. An invalid input gives an error for each invalid field. */
export const parseFields = <Schema extends z.ZodMiniType>(schema: Schema, input: unknown): Parsed<z.output<Schema>> => {
  const { data, error } = z.safeParse(schema, input, { reportInput: true });
  return error ? { errors: error.issues.flatMap(errorsOf) } : { data: data as z.output<Schema> };
};
