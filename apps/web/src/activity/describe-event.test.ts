import { type Event, type EventKind, eventKind } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { describeEvent } from './describe-event.ts';
import { sampleEvent } from './sample-event.ts';

const actions = (current: boolean): Record<string, string | undefined> =>
  Object.fromEntries(eventKind.options.map((kind) => [kind, describeEvent(sampleEvent({ kind, current })).action]));

describe('describeEvent', () => {
  it('omits unknown details', () => {
    const moved = describeEvent(sampleEvent({ kind: 'session_moved', detail: null }));
    expect(moved.text).toBe('A session continued in a different browser');
    for (const kind of eventKind.options)
      expect(describeEvent(sampleEvent({ kind })).text).not.toMatch(/undefined|NaN/);
  });

  it('describes a kind of event that a newer API records', () => {
    const newer = { ...sampleEvent({}), kind: 'passkey_added' };
    expect(describeEvent(newer as Event)).toMatchObject({
      text: 'Your account was used or changed',
      note: 'Reload the page for details.',
      action: undefined,
    });
  });

  it('offers to report what a session did, but not a failed sign-in or an administrator’s change', () => {
    const withoutAction: readonly EventKind[] = [
      'registered',
      'password_reset',
      'role_changed',
      'account_disabled',
      'account_enabled',
      'account_closed_by_admin',
      'token_issued_by_other',
      'disowned',
    ];
    const { sign_in_failed, ...others } = actions(false);
    expect(sign_in_failed).toBe('change_password');
    for (const [kind, action] of Object.entries(others)) {
      expect(action, kind).toBe(withoutAction.includes(eventKind.parse(kind)) ? undefined : 'report');
    }
  });

  it('offers nothing for this device, unless two browsers share its session', () => {
    expect(new Set(Object.values(actions(true)))).toEqual(new Set([undefined]));
    expect(describeEvent(sampleEvent({ kind: 'session_moved', shared: true }))).toMatchObject({
      text: 'This session continued in a different browser',
      isThisDevice: false,
      isUnusual: true,
      action: 'report',
    });
    expect(describeEvent(sampleEvent({ kind: 'token_issued', shared: true }))).toMatchObject({
      isThisDevice: false,
      action: 'report',
    });
  });

  it('calls nothing from this device unusual', () => {
    const unusual = (current: boolean) =>
      eventKind.options.filter((kind) => describeEvent(sampleEvent({ kind, current })).isUnusual);
    expect(unusual(false)).toEqual(['sign_in_failed', 'session_moved', 'refresh_reused', 'password_not_confirmed']);
    expect(unusual(true)).toEqual([]);
  });
});
