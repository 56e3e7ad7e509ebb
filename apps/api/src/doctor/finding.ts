/** `fail`: something does not work, or will be lost. `warn`: the operator should know. */
export type Finding = {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What is so, and what to change. */
  readonly text: string;
};

export const ok = (check: string, text: string): Finding => ({ check, status: 'ok', text });
export const warn = (check: string, text: string): Finding => ({ check, status: 'warn', text });
export const fail = (check: string, text: string): Finding => ({ check, status: 'fail', text });
