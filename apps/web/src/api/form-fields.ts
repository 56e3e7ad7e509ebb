export type FieldTexts = Readonly<Record<string, string | boolean>>;

type Control = HTMLInputElement | HTMLSelectElement;

/** The fields that a user can change. */
const controlsOf = (form: HTMLFormElement): Control[] =>
  [...form.elements].filter(
    (element) => element instanceof HTMLSelectElement || (element instanceof HTMLInputElement && !element.readOnly),
  ) as Control[];

const isCheckbox = (control: Control): control is HTMLInputElement => control.type === 'checkbox';

/** Reads the fields from the DOM: a password manager or a script may have filled them without an event. */
export const readFields = (form: HTMLFormElement): FieldTexts =>
  Object.fromEntries(
    controlsOf(form).map((control) => [control.name, isCheckbox(control) ? control.checked : control.value]),
  );

export const writeFields = (form: HTMLFormElement, texts: FieldTexts): void => {
  for (const control of controlsOf(form)) {
    if (isCheckbox(control)) control.checked = texts[control.name] === true;
    else control.value = String(texts[control.name] ?? '');
  }
};

/** Moves the focus to the first of these fields. */
export const focusFirst = (form: HTMLFormElement | null, names: readonly string[]): void => {
  if (form)
    controlsOf(form)
      .find(({ name }) => names.includes(name))
      ?.focus();
};

/** The texts of fields that show these values. */
export const textsOf = (values: object): FieldTexts =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'boolean' ? value : String(value ?? '')]),
  );

/** The values of fields with these texts, each read by the function under its name. */
export const valuesOf = (texts: FieldTexts, read: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const readField = read[name];
      return [name, typeof readField === 'function' ? readField(text) : text];
    }),
  );

/** Leaves out a field that is empty. */
export const optional = (text: string): string | undefined => text.trim() || undefined;
/** Sends null for a field that is empty, which clears it. */
export const clearable = (text: string): string | null => text.trim() || null;
