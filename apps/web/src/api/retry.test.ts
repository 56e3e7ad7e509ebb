import { ConnectionError, ProblemError } from '@latchkey/contract/client';
import { type ProblemCode, problems } from '@latchkey/contract/problems';
import { describe, expect, it } from 'vitest';
import { retryWithBackoff } from './retry.ts';

const problem = (code: ProblemCode, retryAfterSeconds?: number) =>
  new ProblemError({ type: code, ...problems[code], detail: code, code, requestId: 'r' }, retryAfterSeconds);

/** Runs an attempt that throws each error in turn, then succeeds. Counts the attempts and notes the pauses. */
const failWith = (...errors: readonly Error[]) => {
  let attempts = 0;
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const attempt = async (): Promise<string> => {
    const error = errors[attempts++];
    if (error) throw error;
    return 'done';
  };
  const outcome = retryWithBackoff([attempt, attempt, attempt], 250, pause).catch((error: Error) => error);
  return { attempts: () => attempts, pauses, outcome };
};

describe('retryWithBackoff', () => {
  it('retries after no response and after a temporary problem', async () => {
    const { outcome, attempts, pauses } = failWith(new ConnectionError('cut'), problem('unavailable'));
    expect(await outcome).toBe('done');
    expect(attempts()).toBe(3);
    expect(pauses).toEqual([250, 750]);
  });

  it('throws the last error after the last attempt', async () => {
    const last = problem('unavailable');
    expect(await failWith(new ConnectionError('cut'), new ConnectionError('cut'), last).outcome).toBe(last);
  });

  it('does not retry a permanent problem', async () => {
    const ended = problem('session_ended');
    const { outcome, attempts } = failWith(ended);
    expect(await outcome).toBe(ended);
    expect(attempts()).toBe(1);
  });

  it('does not wait for minutes', async () => {
    const { outcome, attempts } = failWith(problem('too_many_attempts', 900));
    expect(await outcome).toBeInstanceOf(ProblemError);
    expect(attempts()).toBe(1);
  });

  it('waits for `Retry-After`', async () => {
    const { outcome, pauses } = failWith(problem('unavailable', 1));
    expect(await outcome).toBe('done');
    expect(pauses).toEqual([1000]);
  });
});
