import { ConnectionError, ProblemError } from '@latchkey/contract/client';
import { type ProblemCode, problems } from '@latchkey/contract/problems';
import { describe, expect, it } from 'vitest';
import { retryWithBackoff } from './retry.ts';

const refusal = (code: ProblemCode, retryAfterSeconds?: number) =>
  new ProblemError({ type: code, ...problems[code], detail: code, code, requestId: 'r' }, retryAfterSeconds);

/** Fails with each of these in turn, then succeeds; says how often it was tried, and how long it paused. */
const failing = (...errors: readonly Error[]) => {
  let made = 0;
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const attempt = async (): Promise<string> => {
    const error = errors[made++];
    if (error) throw error;
    return 'done';
  };
  const outcome = retryWithBackoff([attempt, attempt, attempt], 250, pause).catch((error: Error) => error);
  return { made: () => made, pauses, outcome };
};

describe('patiently', () => {
  it('tries again after no answer, and after what may pass', async () => {
    const { outcome, made, pauses } = failing(new ConnectionError('cut'), refusal('unavailable'));
    expect(await outcome).toBe('done');
    expect(made()).toBe(3);
    expect(pauses).toEqual([250, 750]);
  });

  it('gives up after the last try, with what that one said', async () => {
    const last = refusal('unavailable');
    expect(await failing(new ConnectionError('cut'), new ConnectionError('cut'), last).outcome).toBe(last);
  });

  it('does not repeat what will not pass', async () => {
    const ended = refusal('session_ended');
    const { outcome, made } = failing(ended);
    expect(await outcome).toBe(ended);
    expect(made()).toBe(1);
  });

  it('keeps nobody waiting for minutes', async () => {
    const { outcome, made } = failing(refusal('too_many_attempts', 900));
    expect(await outcome).toBeInstanceOf(ProblemError);
    expect(made()).toBe(1);
  });

  it('waits as long as it was asked to', async () => {
    const { outcome, pauses } = failing(refusal('unavailable', 1));
    expect(await outcome).toBe('done');
    expect(pauses).toEqual([1000]);
  });
});
