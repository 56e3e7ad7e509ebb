import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { restart } from '../../testing/start-latchkey.ts';
import { startWithMailbox } from '../../testing/with-mailbox.ts';

const refusal = (responseCode: number): Error =>
  Object.assign(new Error(`refused with ${responseCode}`), { responseCode });

describe.each(engines)('delivery on $name', (engine) => {
  const start = async (
    ...options: Parameters<typeof startWithMailbox> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const started = await startWithMailbox(engine, ...options);
    const { database, services, clock } = started.latchkey;
    return {
      ...started,
      post: (recipient: string) =>
        database.transaction((write) => services.outbox.post(write, { kind: 'test', detail: {}, recipient })),
      rows: () => database.read.select().from(database.tables.messages),
      turn: clock.turn,
    };
  };

  it('sends a message once, with a fixed Message-ID, a sender and no way to a list of recipients', async () => {
    const { post, deliver, mailbox, rows } = await start({ settings: { MAIL_FROM: 'Acme <accounts@acme.example>' } });
    await post('ada@example.com');
    await deliver();
    await deliver();
    const [row] = await rows();
    expect(mailbox.messages).toMatchObject([
      {
        recipients: ['ada@example.com'],
        email: {
          from: { name: 'Acme', address: 'accounts@acme.example' },
          to: [{ address: 'ada@example.com' }],
          messageId: `<${row?.id}@acme.example>`,
        },
      },
    ]);
    const headers = mailbox.messages[0]?.email.headers ?? [];
    expect(headers).toContainEqual(expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }));
    await post('ada@example.com, eve@example.com')
      .then(deliver)
      .catch(() => {});
    await post('ada@example.com\r\nBcc: eve@example.com')
      .then(deliver)
      .catch(() => {});
    expect(mailbox.messages.flatMap(({ recipients }) => recipients)).not.toContain('eve@example.com');
  });

  it('a message that rolls back is not sent', async () => {
    const { latchkey, deliver, mailbox } = await start();
    const { transaction } = latchkey.database;
    await transaction(async (write) => {
      await latchkey.services.outbox.post(write, { kind: 'test', detail: {}, recipient: 'ada@example.com' });
      throw new Error('rolled back');
    }).catch(() => {});
    await deliver();
    expect(mailbox.messages).toEqual([]);
  });

  it('three processes that deliver at the same time send each message once', async () => {
    const { latchkey, post, deliver, mailbox } = await start();
    const others = [await restart(latchkey), await restart(latchkey)];
    for (let n = 0; n < 60; n++) await post(`ada-${n}@example.com`);
    await Promise.all([deliver(), ...others.map(({ jobs }) => jobs.deliverMessages?.run())]);
    await deliver();
    const recipients = mailbox.messages.flatMap((message) => message.recipients);
    expect(new Set(recipients).size).toBe(60);
    expect(recipients).toHaveLength(60);
  });

  it('a process that died while sending leaves the message to another, after ten minutes', async () => {
    const { latchkey, post, deliver, mailbox, turn } = await start();
    await post('ada@example.com');
    await latchkey.services.messages.claim(latchkey.clock.now(), { limit: 20, leaseSeconds: 600 });
    await deliver();
    expect(mailbox.messages).toEqual([]);
    turn(600);
    await deliver();
    expect(mailbox.messages).toHaveLength(1);
  });

  it('a server that is away gets the message later: after 30 seconds, then twice as long each time; after a day it is given up', async () => {
    const { latchkey, post, deliver, mailbox, rows, turn } = await start();
    await mailbox.close();
    const postedAt = latchkey.clock.now().getTime();
    await post('ada@example.com');
    await expect(deliver()).rejects.toThrow('was not sent: connect ECONNREFUSED');
    const waits: number[] = [];
    for (;;) {
      const [row] = await rows();
      if (row?.endedAt) break;
      waits.push((row?.dueAt.getTime() ?? 0) - latchkey.clock.now().getTime());
      await deliver();
      turn((waits.at(-1) ?? 0) / 1000);
      await deliver().catch(() => {});
    }
    expect(waits.slice(0, 4)).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect(Math.max(...waits)).toBe(3_600_000);
    const lived = latchkey.clock.now().getTime() - postedAt;
    expect(lived).toBeGreaterThan(22 * 3_600_000);
    expect(lived).toBeLessThanOrEqual(86_400_000);
    expect(await rows()).toMatchObject([{ fault: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('a recipient that the server refuses with 5xx is given up at once, with 4xx it is tried again; others get theirs', async () => {
    const refused: Record<string, number> = { 'gone@example.com': 550, 'grey@example.com': 451 };
    const { post, deliver, mailbox, rows, turn } = await start(
      {},
      {
        onRecipient: (address) => {
          const code = refused[address];
          if (code) throw refusal(code);
        },
      },
    );
    for (const address of ['gone@example.com', 'grey@example.com', 'ada@example.com']) await post(address);
    await expect(deliver()).rejects.toThrow('was not sent, and is given up');
    expect(mailbox.messages.flatMap(({ recipients }) => recipients)).toEqual(['ada@example.com']);
    delete refused['grey@example.com'];
    turn(30);
    await deliver();
    expect(mailbox.messages.flatMap(({ recipients }) => recipients)).toEqual(['ada@example.com', 'grey@example.com']);
    const ended = (await rows()).filter(({ endedAt, fault }) => endedAt && fault);
    expect(ended).toMatchObject([{ recipient: 'gone@example.com' }]);
  });

  it('a connection that breaks after DATA loses nothing', async () => {
    let isBroken = true;
    const { post, deliver, mailbox, turn } = await start(
      {},
      {
        onMessage: () => {
          if (isBroken) throw refusal(421);
        },
      },
    );
    await post('ada@example.com');
    await expect(deliver()).rejects.toThrow('was not sent');
    isBroken = false;
    turn(30);
    await deliver();
    expect(mailbox.messages).toHaveLength(1);
  });

  it('a server that accepts connections and says nothing holds up no request', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const { latchkey, post, deliver } = await start({ settings: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
    await post('ada@example.com');
    const connected = new Promise<Socket>((resolve) => silent.once('connection', resolve));
    const delivery = deliver().catch((error) => error);
    const socket = await connected;
    await latchkey.http.post('/api/passwords/forgot').send({ login: 'ada' }).expect(202);
    socket.end('554 no service\r\n');
    await delivery;
  });

  it('one recipient gets at most twenty messages an hour; the others wait', async () => {
    const { post, deliver, mailbox, turn } = await start({ settings: { RATE_LIMITS: 'on' } });
    for (let n = 0; n < 25; n++) await post('ada@example.com');
    await deliver();
    expect(mailbox.messages).toHaveLength(20);
    turn(3600);
    await deliver();
    expect(mailbox.messages).toHaveLength(25);
  });
});
