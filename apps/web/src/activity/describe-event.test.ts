import { eventKind } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { broadcast } from './describe-event.ts';
import { someEvent } from './some-event.ts';

const remedies = (current: boolean): Record<string, string | undefined> =>
  Object.fromEntries(eventKind.options.map((kind) => [kind, broadcast(someEvent({ kind, current })).remedy]));

describe('what is told of an event', () => {
  it('says nothing of what is not known', () => {
    const moved = broadcast(someEvent({ kind: 'session_moved', detail: null }));
    expect(moved.words).toBe('A sign-in went on in another browser than before');
    for (const kind of eventKind.options) expect(broadcast(someEvent({ kind })).words).not.toMatch(/undefined|NaN/);
  });

  it('offers to sign out whoever was let in, but not for a guess that failed, nor for what the operator did', () => {
    const { sign_in_failed, ...others } = remedies(false);
    const { registered, role_changed, account_disabled, account_enabled, token_issued_by_other, disowned, ...rest } =
      others;
    expect(sign_in_failed).toBe('new password');
    const none = [registered, role_changed, account_disabled, account_enabled, token_issued_by_other, disowned];
    expect(none).toEqual(Array(6).fill(undefined));
    expect(new Set(Object.values(rest))).toEqual(new Set(['disown']));
  });

  it('offers nothing for this device, unless its session is in two hands', () => {
    expect(new Set(Object.values(remedies(true)))).toEqual(new Set([undefined]));
    expect(broadcast(someEvent({ kind: 'session_moved', shared: true }))).toMatchObject({
      words: 'This sign-in went on in another browser than before',
      isThisDevice: false,
      isAlarming: true,
      remedy: 'disown',
    });
    expect(broadcast(someEvent({ kind: 'token_issued', shared: true }))).toMatchObject({
      isThisDevice: false,
      remedy: 'disown',
    });
  });

  it('calls nothing alarming that was surely its owner’s own', () => {
    const alarming = (current: boolean) =>
      eventKind.options.filter((kind) => broadcast(someEvent({ kind, current })).isAlarming);
    expect(alarming(false)).toEqual(['sign_in_failed', 'session_moved', 'refresh_reused', 'password_not_confirmed']);
    expect(alarming(true)).toEqual([]);
  });
});
