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
  /** Problems that belong to one field. `invalid_request` names its fields itself. */
  readonly fieldOf?: Partial<Record<ProblemCode, FieldPath<Values>>>;
  /** The message for such a problem after a request with the same value got no response: that request may have succeeded. */
  readonly afterNoResponse?: Partial<Record<ProblemCode, string>>;
  /** Called when the server gave no response, so that the request may have succeeded. Can return a message for the user. */
  readonly onNoResponse?: () => string | undefined;
};

const isNoResponse = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof ProblemError && error.problem.status >= 500);

/** Reads the values from the DOM: a password manager or a script may have filled the fields without an event. */
const readFields = <Values extends FieldValues, Body>(
  form: UseFormReturn<Values, unknown, Body>,
  { elements }: HTMLFormElement,
): void => {
  for (const field of elements) {
    const isInput = field instanceof HTMLSelectElement || (field instanceof HTMLInputElement && !field.readOnly);
    if (!isInput) continue;
    const value = field.type === 'checkbox' && 'checked' in field ? field.checked : field.value;
    form.setValue(field.name as FieldPath<Values>, value as Values[string]);
  }
};

/**
 * A form for the body of an endpoint, validated with the same schema as on the server. A problem is shown at its field, or
 * returned as `failure` if it belongs to none.
 */
export const useServerForm = <Values extends FieldValues, Body>(
  schema: z.ZodMiniType<Body, Values>,
  { values, send, fieldOf = {}, afterNoResponse = {}, onNoResponse }: Options<Values, Body>,
) => {
  const [failure, setFailure] = useState<string>();
  const lastWithoutResponse = useRef<Body>(undefined);
  const form = useForm<Values, unknown, Body>({
    // Not on blur: a message that appears then would move the button away from the pointer, and the click would be lost.
    mode: 'onSubmit',
    defaultValues: values,
    resolver: standardSchemaResolver(schema),
  });

  const uncertainOutcome = (error: unknown, body: Body): string | undefined => {
    if (isNoResponse(error)) {
      lastWithoutResponse.current = body;
      return onNoResponse?.() ?? errorMessage(error);
    }
    const code = error instanceof ProblemError ? error.problem.code : undefined;
    const field = code && fieldOf[code];
    const isRepeated =
      field && lastWithoutResponse.current && Object(lastWithoutResponse.current)[field] === Object(body)[field];
    return isRepeated ? afterNoResponse[code] : undefined;
  };

  const show = (error: unknown): void => {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    const field = problem && fieldOf[problem.code];
    const fieldErrors = field ? [{ path: field, message: problem.detail }] : (problem?.errors ?? []);
    if (fieldErrors.length === 0) setFailure(errorMessage(error));
    for (const { path, message } of fieldErrors) {
      form.setError(path as FieldPath<Values>, { message }, { shouldFocus: true });
    }
  };

  const sendFields = form.handleSubmit(async (body) => {
    setFailure(undefined);
    await send(body).catch((error) => {
      const message = uncertainOutcome(error, body);
      if (message) setFailure(message);
      else show(error);
    });
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    readFields(form, event.currentTarget);
    return sendFields(event);
  };

  return { form, submit, failure, isPending: form.formState.isSubmitting, errors: form.formState.errors };
};

/** Omits a field that is empty: for `register(name, optional)`. */
export const optional = { setValueAs: (text: string | null) => text?.trim() || undefined };
/** Sends null for a field that is empty, which clears it: for `register(name, clearable)`. */
export const clearable = { setValueAs: (text: string | null) => text?.trim() || null };
