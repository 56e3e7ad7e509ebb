import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { freshName, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('accounts on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it('reads back exactly what was written', async () => {
    const { accounts } = latchkey();
    const given = {
      username: `Ada-${freshName()}`,
      displayName: 'Ада 🔑 “x”',
      email: 'Ada@Example.com',
      emailVerifiedAt: new Date('2026-02-28T23:59:59.999Z'),
      pendingEmail: 'ada@elsewhere.example',
      notifySignIns: false,
      disabledAt: new Date('1969-12-31T23:59:59.001Z'),
      closedAt: new Date('1969-12-31T23:59:59.002Z'),
      metadata: { z: [1, 2.5, null, true], a: { b: 'ü' } },
      role: 'admin',
    } as const;
    const { id } = await latchkey().person(given);
    const now = latchkey().clock.now();
    expect(await accounts.findById(id)).toEqual({
      ...given,
      id,
      usernameFolded: given.username.toLowerCase(),
      emailFolded: 'ada@example.com',
      createdAt: now,
      updatedAt: now,
    });
  });

  it('only one account can have a verified address', async () => {
    const verified = { email: `${freshName()}@example.com`, emailVerifiedAt: new Date() };
    await latchkey().person(verified);
    const { database, accounts } = latchkey();
    const { id } = await latchkey().person();
    const account = await accounts.findById(id);
    if (!account) throw new Error('no such account');
    const second = { ...account, ...verified, id: freshName(), username: freshName() };
    expect(await database.transaction((write) => accounts.insert(write, second))).toBeUndefined();
  });
});
