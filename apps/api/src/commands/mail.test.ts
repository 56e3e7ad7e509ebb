import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { runCommand } from '../../testing/run-command.ts';
import { startWithMailbox } from '../../testing/with-mailbox.ts';

const refusal = (responseCode: number): Error =>
  Object.assign(new Error(`refused with ${responseCode}`), { responseCode });

describe.each(engines)('pnpm mail on $name', (engine) => {
  const start = async (
    ...options: Parameters<typeof startWithMailbox> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const started = await startWithMailbox(engine, ...options);
    const { database, services } = started.latchkey;
    return {
      ...started,
      run: (...words: readonly string[]) => runCommand(services, 'mail', ...words),
      post: (recipient: string) =>
        database.transaction((write) => services.outbox.post(write, { kind: 'test', detail: {}, recipient })),
    };
  };

  it('lists what was sent, what is due and what was given up, and retries the latter', async () => {
    let isRefusing = true;
    const { run, post, deliver, subjectsTo, latchkey } = await start(
      {},
      {
        onRecipient: (address) => {
          if (isRefusing && address === 'grace@example.com') throw refusal(550);
        },
      },
    );
    expect(await run('list')).toBe('No messages in the last seven days.');
    await post('ada@example.com');
    await post('grace@example.com');
    await deliver().catch(() => {});
    latchkey.clock.turn(60);
    await post('hedy@example.com');
    await latchkey.http.post('/api/passwords/forgot').send({ login: 'nobody' }).expect(202);
    const printed = await run('list');
    expect(printed).toMatch(/test +ada@example\.com +sent \d{4}/);
    expect(printed).toMatch(/test +grace@example\.com +not sent .* 550 refused with 550/);
    expect(printed).toMatch(/test +hedy@example\.com +due \d{4}/);
    expect(printed).toMatch(/reset_requested +– +due \d{4}/);
    expect((await run('list', '--limit', '1')).split('\n')).toHaveLength(2);

    const idOf = (recipient: string): string =>
      /[\da-f]{8}-[\da-f-]{27}/.exec(printed.split('\n').find((line) => line.includes(recipient)) ?? '')?.[0] ?? '';
    await expect(run('retry', idOf('ada'))).rejects.toThrow(/^No message .* was given up/);
    await expect(run('retry', 'unknown')).rejects.toThrow('see pnpm mail list');
    isRefusing = false;
    await run('retry', idOf('grace'));
    await deliver();
    expect(subjectsTo('grace@example.com')).toHaveLength(1);
    const later = await run('list');
    expect(later).toMatch(/grace@example\.com +sent/);
    expect(later).not.toContain('reset_requested');
  });

  it('tests the mail server: its reply, or why the message was not sent', async () => {
    const { run, subjectsTo } = await start(
      {},
      {
        onRecipient: (address) => {
          if (address === 'grace@example.com') throw refusal(550);
        },
      },
    );
    expect(await run('test', 'ada@example.com')).toMatch(/accepted the message to ada@example\.com: 250 /);
    expect(subjectsTo('ada@example.com')).toEqual(['Test message of Latchkey']);
    await expect(run('test', 'grace@example.com')).rejects.toThrow(/^The message was not sent: .* 550 /);
  });

  it('explains a missing SMTP_URL', async () => {
    const { run } = await start({ settings: { SMTP_URL: 'off' } });
    await expect(run('test', 'ada@example.com')).rejects.toThrow('SMTP_URL is not set');
  });
});
