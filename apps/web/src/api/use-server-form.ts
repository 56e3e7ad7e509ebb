import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { ConnectionError, ProblemError } from '@latchkey/contract/client';
import type { ProblemCode } from '@latchkey/contract/problems';
import { type SubmitEvent, useRef, useState } from 'react';
import { type DefaultValues, type FieldPath, type FieldValues, type UseFormReturn, useForm } from 'react-hook-form';
import type * as z from 'zod/mini';
import { errorMessage } from './api.ts';

type Options<Values extends FieldValues, Body> = {
  readonly values: DefaultValues<Values>;
  readonly send: (body: Body) => Promise<unknown>;
  /** Problems that are about one field. `invalid_request` names its fields itself. */
  readonly fieldOf?: Partial<Record<ProblemCode, FieldPath<Values>>>;
  /** What such a problem can also mean after a request with the same value got no answer: that request may have worked. */
  readonly afterLostAnswer?: Partial<Record<ProblemCode, string>>;
  /** Called when the server gave no answer, so that the request may have worked. Returns what to tell the user, if anything. */
  readonly onLostAnswer?: () => string | undefined;
};

const isLostAnswer = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof ProblemError && error.problem.status >= 500);

/** Takes what the fields show: a password manager or a script may have filled them in without an event. */
const readFields = <Values extends FieldValues, Body>(
  form: UseFormReturn<Values, unknown, Body>,
  { elements }: HTMLFormElement,
): void => {
  for (const field of elements) {
    const isSent = field instanceof HTMLSelectElement || (field instanceof HTMLInputElement && !field.readOnly);
    if (!isSent) continue;
    const value = field.type === 'checkbox' && 'checked' in field ? field.checked : field.value;
    form.setValue(field.name as FieldPath<Values>, value as Values[string]);
  }
};

/**
 * A form over the body of an endpoint, checked by the very schema that the server checks it with again. What the server
 * refuses stands at the field that it is about, else in `failure`, in words.
 */
export const useServerForm = <Values extends FieldValues, Body>(
  schema: z.ZodMiniType<Body, Values>,
  { values, send, fieldOf = {}, afterLostAnswer = {}, onLostAnswer }: Options<Values, Body>,
) => {
  const [failure, setFailure] = useState<string>();
  const unanswered = useRef<Body>(undefined);
  const form = useForm<Values, unknown, Body>({
    // Not on blur: a message that appears then moves the button from under the pointer, and the click is lost.
    mode: 'onSubmit',
    defaultValues: values,
    resolver: standardSchemaResolver(schema),
  });

  const whatMayHaveHappened = (error: unknown, body: Body): string | undefined => {
    if (isLostAnswer(error)) {
      unanswered.current = body;
      return onLostAnswer?.() ?? errorMessage(error);
    }
    const code = error instanceof ProblemError ? error.problem.code : undefined;
    const field = code && fieldOf[code];
    const isRepeated = field && unanswered.current && Object(unanswered.current)[field] === Object(body)[field];
    return isRepeated ? afterLostAnswer[code] : undefined;
  };

  const show = (error: unknown): void => {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    const field = problem && fieldOf[problem.code];
    const faults = field ? [{ path: field, message: problem.detail }] : (problem?.errors ?? []);
    if (faults.length === 0) setFailure(errorMessage(error));
    for (const { path, message } of faults) {
      form.setError(path as FieldPath<Values>, { message }, { shouldFocus: true });
    }
  };

  const sendFields = form.handleSubmit(async (body) => {
    setFailure(undefined);
    await send(body).catch((error) => {
      const doubt = whatMayHaveHappened(error, body);
      if (doubt) setFailure(doubt);
      else show(error);
    });
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    readFields(form, event.currentTarget);
    return sendFields(event);
  };

  return { form, submit, failure, isPending: form.formState.isSubmitting, errors: form.formState.errors };
};

/** An optional field that was left empty was not filled in: for `register(name, optional)`. */
export const optional = { setValueAs: (text: string | null) => text?.trim() || undefined };
/** An optional field that was emptied is to be cleared: for `register(name, clearable)`. */
export const clearable = { setValueAs: (text: string | null) => text?.trim() || null };
