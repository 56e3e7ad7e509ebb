import type { Event } from '@latchkey/contract/activity';

/** An event for a test, with the given fields. */
export const sampleEvent = (event: Partial<Event>): Event => ({
  number: 1,
  at: '2026-08-03T12:00:00.000Z',
  kind: 'signed_in',
  browser: 'Firefox 140',
  system: 'Android 16',
  address: '203.0.113.7',
  detail: null,
  current: false,
  shared: false,
  ...event,
});
