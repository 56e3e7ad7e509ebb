import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { ProblemError } from '@latchkey/contract/client';
import type { ProblemCode } from '@latchkey/contract/problems';
import { useState } from 'react';
import { type DefaultValues, type FieldPath, type FieldValues, useForm } from 'react-hook-form';
import type * as z from 'zod/mini';
import { inWords } from '../api.ts';

type Options<Values extends FieldValues, Body> = {
  readonly values: DefaultValues<Values>;
  readonly send: (body: Body) => Promise<unknown>;
  /** Problems that are about one field. `invalid_request` names its fields itself. */
  readonly fieldOf?: Partial<Record<ProblemCode, FieldPath<Values>>>;
};

/**
 * A form over the body of an endpoint, checked by the very schema that the server checks it with again. What the server
 * refuses stands at the field that it is about, else in `failure`, in words.
 */
export const useServerForm = <Values extends FieldValues, Body>(
  schema: z.ZodMiniType<Body, Values>,
  { values, send, fieldOf = {} }: Options<Values, Body>,
) => {
  const [failure, setFailure] = useState<string>();
  const form = useForm<Values, unknown, Body>({
    // Not on blur: a message that appears then moves the button from under the pointer, and the click is lost.
    mode: 'onSubmit',
    defaultValues: values,
    resolver: standardSchemaResolver(schema),
  });

  const show = (error: unknown): void => {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    const field = problem && fieldOf[problem.code];
    const faults = field ? [{ path: field, message: problem.detail }] : (problem?.errors ?? []);
    if (faults.length === 0) setFailure(inWords(error));
    for (const { path, message } of faults) {
      form.setError(path as FieldPath<Values>, { message }, { shouldFocus: true });
    }
  };

  const submit = form.handleSubmit(async (body) => {
    setFailure(undefined);
    await send(body).catch(show);
  });

  return { form, submit, failure, isPending: form.formState.isSubmitting, errors: form.formState.errors };
};

/** An optional field that was left empty was not filled in: for `register(name, optional)`. */
export const optional = { setValueAs: (text: string | null) => text?.trim() || undefined };
/** An optional field that was emptied is to be cleared: for `register(name, clearable)`. */
export const clearable = { setValueAs: (text: string | null) => text?.trim() || null };
