import { ConnectionError, ProblemError } from '@latchkey/contract/client';
import { type FieldError, parseFields } from '@latchkey/contract/field-errors';
import type { ProblemCode } from '@latchkey/contract/problems';
import { type InputEvent, type SubmitEvent, useEffect, useRef, useState } from 'react';
import type * as z from 'zod/mini';
import type { FormStatus } from '../ui/form-failure.tsx';
import { errorMessage, problemMessage } from './errors.ts';
import { type FieldTexts, focusFirst, readFields, textsOf, valuesOf, writeFields } from './form-fields.ts';
import { useCountdown } from './use-countdown.ts';
import { useDraft, useUnsavedEdits } from './use-draft.ts';

export type Errors<Values> = Partial<Record<keyof Values & string, string>>;

type Options<Values, Body> = {
  /** What the fields show at first. Other fields are empty. */
  readonly initial?: { readonly [Name in keyof Values]?: Values[Name] | null };
  /** How to read a field, if its value is not its text. */
  readonly read?: { readonly [Name in keyof Values]?: (text: string) => Values[Name] };
  /** The field to focus when the page opens. */
  readonly focus?: keyof Values & string;
  /** A name for the form, if leaving it with unsaved edits must not lose them. */
  readonly draft?: string;
  /** Checks that the schema does not make, so that the form can show all errors before it sends a request. */
  readonly alsoCheck?: (texts: FieldTexts) => Promise<Errors<Values>>;
  readonly send: (body: Body) => Promise<unknown>;
  /** Problems that belong to one field. `invalid_request` names its fields itself. */
  readonly fieldOf?: Partial<Record<ProblemCode, keyof Values & string>>;
  /** The message for such a problem after a request with the same value got no response: that request may have succeeded. */
  readonly afterNoResponse?: Partial<Record<ProblemCode, string>>;
  /** Called when the server gave no response, so that the request may have succeeded. Can return a message for the user. */
  readonly onNoResponse?: () => string | undefined;
};

const isNoResponse = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof ProblemError && error.problem.status >= 500);

/** The first error of each field. */
const errorsOf = <Values>(errors: readonly Pick<FieldError, 'path' | 'message'>[] = []) =>
  Object.fromEntries(errors.toReversed().map(({ path, message }) => [path, message])) as Errors<Values>;

/**
 * A form for the body of an endpoint, validated with the same schema as on the server. The DOM holds the values. A problem is
 * shown at its field, or returned as `failure` if it belongs to none.
 */
export const useServerForm = <Values extends object, Body>(
  schema: z.ZodMiniType<Body, Values>,
  options: Options<Values, Body>,
) => {
  const { initial = {}, read = {}, focus, alsoCheck, send, fieldOf = {}, afterNoResponse = {}, onNoResponse } = options;
  const draft = useDraft(options.draft);
  const element = useRef<HTMLFormElement>(null);
  const [saved, setSaved] = useState(() => textsOf(initial));
  const [first] = useState(() => draft.read() ?? saved);
  const [texts, setTexts] = useState(first);
  const [errors, setErrors] = useState<Errors<Values>>({});
  const [failure, setFailure] = useState<{
    readonly message: string;
    readonly code?: ProblemCode | undefined;
    readonly retryAtMs?: number;
  }>();
  const secondsLeft = useCountdown(failure?.retryAtMs);
  const [isPending, setIsPending] = useState(false);
  const lastWithoutResponse = useRef<Body>(undefined);
  useEffect(() => {
    if (focus) focusFirst(element.current, [focus]);
  }, [focus]);

  const parse = (texts: FieldTexts) => parseFields(schema, valuesOf(texts, read));

  const showErrors = (found: Errors<Values>): void => {
    setErrors(found);
    focusFirst(element.current, Object.keys(found));
  };

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
    const fieldErrors = field ? [{ path: field, message: problemMessage(error) }] : (problem?.errors ?? []);
    if (fieldErrors.length > 0) {
      showErrors(errorsOf(fieldErrors));
      return;
    }
    const seconds = error instanceof ProblemError ? error.retryAfterSeconds : undefined;
    setFailure({
      message: problemMessage(error),
      code: problem?.code,
      ...(seconds && { retryAtMs: performance.now() + seconds * 1000 }),
    });
  };

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const current = readFields(event.currentTarget);
    setTexts(current);
    setFailure(undefined);
    setIsPending(true);
    const parsed = parse(current);
    const found = { ...(await alsoCheck?.(current)), ...errorsOf<Values>(parsed.errors) };
    setIsPending(false);
    showErrors(found);
    if (parsed.errors || Object.keys(found).length > 0) return;
    setIsPending(true);
    await send(parsed.data).catch((error) => {
      const message = uncertainOutcome(error, parsed.data);
      if (message) setFailure({ message });
      else show(error);
    });
    setIsPending(false);
  };

  /** An error disappears, or changes, while the user corrects its field. */
  const onInput = ({ currentTarget, target }: InputEvent<HTMLFormElement>): void => {
    const current = readFields(currentTarget);
    setTexts(current);
    draft.write(current);
    const name = 'name' in target ? (target.name as keyof Values & string) : undefined;
    if (!name || !errors[name]) return;
    setErrors({ ...errors, [name]: errorsOf<Values>(parse(current).errors)[name] });
  };

  /** Shows these values, or the initial ones, without errors. */
  const reset = (values: typeof initial = initial): void => {
    const next = textsOf(values);
    if (element.current) writeFields(element.current, next);
    setSaved(next);
    setTexts(next);
    draft.discard();
    setErrors({});
    setFailure(undefined);
  };

  const isChanged = Object.entries(texts).some(([name, text]) => (text || '') !== (saved[name] ?? ''));
  useUnsavedEdits(isChanged && options.draft !== undefined, draft.discard);
  const isShown = failure && (failure.retryAtMs === undefined || secondsLeft > 0);
  const status: FormStatus = {
    failure: isShown ? failure.message : undefined,
    code: failure?.code,
    isPending,
    secondsLeft,
  };

  return {
    /** For the `form` element. */
    props: { ref: element, onSubmit: submit, onInput, noValidate: true },
    /** For the field with this name. */
    field: (name: keyof Values & string) => ({ name, defaultValue: String(first[name] ?? ''), error: errors[name] }),
    text: (name: keyof Values & string): string => String(texts[name] ?? ''),
    isChanged,
    status,
    reset,
  };
};
