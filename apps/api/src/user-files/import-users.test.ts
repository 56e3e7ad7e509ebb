import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { runCommand } from '../../testing/run-command.ts';
import { freshName, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { toNewUser } from './to-new-user.ts';

const password = 'seven purple kettles';
/** Of the password, from the programs that are named in testing/password-hashes.json. */
const passlib = '$pbkdf2-sha256$1000$aE3pPQfAuNc$0vKn8WmfbhhRIPZfOeSnz3M5RAD5wnzbD9FG/6Nfdp4';
const bcrypt = '$2b$10$Y4PL0grxXG.Z.ON47NtWCux0i19gNLdGZFLUJo.O.0bfe8Lrc1K92';
const werkzeug =
  'scrypt:32768:8:1$k8NQP19E9QEroOMd$a5284da1d07a7e4076b5f3a0c1b6261691a833bb46051c409ae282340cb777869284bcd7dfcda7101725777900570d24c83dac9be6efcad89ff443ecff42a8c0';
const django = 'pbkdf2_sha256$29000$A65FEyVZoXEy$0Fwip8DvbBJ7UpzuoSFAlvNrOp+p2+4ejioaWi+7RDc=';
const betterAuth =
  '851efddc04a995dd9bfab299c228f89f:9ddd4864ea9b48b4686a4033a23a4fe9d854a0b9e680f1e3f48f82ec6575e8b4e2970d865b9ce0320829e5843176f0e4c76c1a2225f3b62fdb1386a446bcd3b3';
/** From Flask-Security 5.1.2 (Debian), with this SECURITY_PASSWORD_SALT. */
const flaskSecurity = '$2b$12$iJubmSquj0rAuS21v0qpCefvxjxaiMHhsG5V7X.TURqohqxgeVjw.';
const flaskSecuritySalt = '146585145368132386173505678016728509634';

describe.each(engines)('importing users on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const run = (...words: readonly string[]): Promise<string> => runCommand(latchkey().services, 'users', ...words);
  const fileWith = (content: string | object, name = 'users'): string => {
    const file = join(mkdtempSync(join(inject('scratchFolder'), 'import-')), name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const importAll = (content: string | object, ...options: readonly string[]) =>
    run('import', fileWith(content), ...options);
  const logIn = (username: string, given = password) =>
    latchkey().http.post('/api/sessions/login').send({ username, password: given });
  const find = (username: string) => latchkey().accounts.findByUsername(username);

  it('takes a CSV file: the people sign in with their passwords, whose hashes are then made anew', async () => {
    const [ada, grace] = [freshName(), freshName()];
    const csv = `username,email,email_verified,password_hash,display_name,created_at,metadata
${ada},${ada}@example.com,true,${passlib},Ada Lovelace,2019-05-04T10:00:00Z,"{""cart"":[""tea""]}"
${grace},${grace}@example.com,,${bcrypt},,1556964000,
`;
    expect(await importAll(csv)).toBe('2 users imported, 0 there already, 0 not taken.');
    const { body } = await logIn(`${ada}@example.com`).expect(200);
    expect(body.user).toMatchObject({
      username: ada,
      displayName: 'Ada Lovelace',
      emailVerified: true,
      metadata: { cart: ['tea'] },
      createdAt: '2019-05-04T10:00:00.000Z',
      role: 'user',
    });
    expect((await logIn(grace).expect(200)).body.user).toMatchObject({
      emailVerified: false,
      createdAt: '2019-05-04T10:00:00.000Z',
    });
    for (const username of [ada, grace]) {
      const account = await find(username);
      const { passwords, events } = latchkey().services;
      expect(await passwords.findHash(account?.id ?? '')).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$/);
      expect(await events.findBreak(account?.id ?? '')).toBeUndefined();
      await logIn(username).expect(200);
      await logIn(username, 'not the password').expect(401);
    }
  });

  it('a second import changes nothing', async () => {
    const ada = freshName();
    const file = fileWith({ users: [{ username: ada, email: `${ada}@example.com`, password: bcrypt }] });
    await run('import', file);
    const before = await find(ada);
    expect(await run('import', file)).toBe('0 users imported, 1 there already, 0 not taken.');
    expect(await find(ada)).toEqual(before);
  });

  it('a dry run writes nothing, and says the same', async () => {
    const [ada, invalid] = [freshName(), 'a b'];
    const lines = [
      { username: ada },
      { username: ada.toUpperCase() },
      { username: invalid },
      { email: 'nonsense' },
      {},
    ];
    const jsonLines = lines.map((line) => JSON.stringify(line)).join('\n');
    const dry = await importAll(jsonLines, '--dry-run');
    expect(await find(ada)).toBeUndefined();
    expect(dry).toBe(
      [
        `Row 3 (a b): Use letters a–z, digits, and . _ - between them.`,
        'Row 4 (nonsense): Enter an e-mail address such as ada@example.com.',
        'Row 5: It has neither a user name nor an e-mail address.',
        '1 user would be imported, 1 there already, 3 not taken.',
      ].join('\n'),
    );
    expect(await importAll(jsonLines)).toBe(dry.replace('would be imported', 'imported'));
  });

  it('says for each row that is not taken why', async () => {
    const [ada, grace] = [freshName(), freshName()];
    await importAll([{ username: ada, email: `${ada}@example.com`, email_verified: true }]);
    const output = await importAll([
      { username: ada, email: 'other@example.com' },
      { username: grace, email: `${ada}@EXAMPLE.com`, email_verified: true },
      { username: `${grace}-2`, password: '$6$Kb6bLVJW1EmJGdJr$TJBccwfqZDuNjs6Zi95VzG' },
      { username: `${grace}-3`, password: 'plain text' },
      { username: `${grace}-4`, metadata: { __proto__: 1, x: '\u0000' } },
      { username: `${grace}-5\u001b[31m` },
      'no object',
    ]);
    expect(output.split('\n')).toEqual([
      `Row 1 (${ada}): The user name ${ada} belongs to an account with another e-mail address.`,
      `Row 2 (${grace}): The e-mail address ${ada}@EXAMPLE.com belongs to another account.`,
      `Row 3 (${grace}-2): Its password hash cannot be verified here: $6.`,
      `Row 4 (${grace}-3): Its password hash cannot be verified here: plain.`,
      `Row 5 (${grace}-4): Metadata has a text with a character that cannot be used.`,
      `Row 6 (${grace}-5\ufffd[31m): Use letters a–z, digits, and . _ - between them.`,
      'Row 7: It has neither a user name nor an e-mail address.',
      '0 users imported, 0 there already, 7 not taken.',
    ]);
    expect(output).not.toContain('Kb6bLVJW1EmJGdJr');
    const skipped = await importAll([{ username: `${grace}-3`, password: 'plain text' }], '--skip-unknown-hashes');
    expect(skipped).toBe('1 user imported, 0 there already, 0 not taken.');
    await logIn(`${grace}-3`, 'plain text').expect(401);
  });

  it('makes user names from addresses, without reserved and taken ones', async () => {
    const name = freshName();
    const domains = ['one', 'two', 'three'].map((domain) => ({ email: `${name}@${domain}.example` }));
    const file = fileWith([...domains, { email: 'admin@example.com' }, { username: `${name}@four.example` }]);
    expect(await run('import', file)).toBe('5 users imported, 0 there already, 0 not taken.');
    expect((await find(`${name}-3`))?.email).toBe(`${name}@three.example`);
    expect((await find(`${name}-4`))?.email).toBe(`${name}@four.example`);
    expect(await find('admin')).toBeUndefined();
    expect(await run('import', file)).toBe('0 users imported, 5 there already, 0 not taken.');
  });

  it('keeps who is disabled out, and makes nobody an admin', async () => {
    const names = Array.from({ length: 5 }, freshName);
    const states = [
      { disabled: true },
      { is_active: false },
      { enabled: 'f' },
      { banned_until: '2999-01-01' },
      { is_active: '1' },
    ];
    await importAll(
      names.map((username, n) => ({ username, password: passlib, is_superuser: true, role: 'admin', ...states[n] })),
    );
    for (const [n, username] of names.entries()) {
      await logIn(username).expect(n < 4 ? 403 : 200);
      expect((await find(username))?.role).toBe('user');
    }
  });

  it.each<[string, (name: string) => string | object, string[]]>([
    [
      'Django',
      (username) => [
        { model: 'auth.permission', fields: { name: 'x' } },
        {
          model: 'auth.user',
          pk: 1,
          fields: {
            username,
            password: django,
            first_name: 'Ada',
            last_name: 'L',
            is_active: true,
            date_joined: '2020-01-01T00:00:00Z',
          },
        },
      ],
      [],
    ],
    [
      'Auth0',
      (username) => ({
        users: [
          {
            user_id: 'auth0|1',
            username,
            email_verified: true,
            custom_password_hash: { algorithm: 'bcrypt', hash: { value: bcrypt } },
          },
        ],
      }),
      [],
    ],
    [
      'Supabase',
      (username) =>
        `id,email,encrypted_password,email_confirmed_at,raw_user_meta_data\n1,${username}@example.com,${bcrypt.replace('$2b', '$2a')},2024-01-01 00:00:00+00,"{""full_name"": ""Ada L""}"\n`,
      [],
    ],
    [
      'better-auth',
      (username) => ({
        user: [{ id: 'u1', email: `${username}@example.com`, emailVerified: true, name: 'Ada L' }],
        account: [{ userId: 'u1', providerId: 'credential', password: betterAuth }],
      }),
      [],
    ],
    [
      'Keycloak',
      (username) => ({
        realm: 'x',
        users: [
          {
            username,
            enabled: true,
            firstName: 'Ada',
            lastName: 'L',
            createdTimestamp: 1577836800000,
            credentials: [
              {
                type: 'password',
                secretData: JSON.stringify({
                  value: '0vKn8WmfbhhRIPZfOeSnz3M5RAD5wnzbD9FG/6Nfdp4=',
                  salt: 'aE3pPQfAuNc=',
                }),
                credentialData: JSON.stringify({ hashIterations: 1000, algorithm: 'pbkdf2-sha256' }),
              },
            ],
          },
        ],
      }),
      [],
    ],
    ['Werkzeug', (username) => `username;password\n${username};${werkzeug}\n`, []],
  ])('reads the export of %s', async (_, contentFor, options) => {
    const username = freshName();
    expect(await importAll(contentFor(username), ...options)).toBe('1 user imported, 0 there already, 0 not taken.');
    await logIn(username).expect(200);
  });

  it('reads the exports of Firebase and Flask-Security, with the parameters of the project', async () => {
    const [ada, grace, linus] = [freshName(), freshName(), freshName()];
    const parameters = fileWith({
      base64_signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      base64_salt_separator: 'Bw==',
      rounds: 8,
      mem_cost: 14,
    });
    const passwordHash = 'lSrfV15cpx95_sZS2W9c9Kp6i_LVgQNDNC_qzrCnh1SAyZvqmZqAjTdn3aoItz-VHjoZilo78198JAdRuid5lQ==';
    const firebase = { users: [{ localId: 'x', email: `${ada}@example.com`, passwordHash, salt: '42xEC-ixf3L2lw==' }] };
    await importAll(firebase, '--firebase-parameters', parameters);
    await logIn(ada, 'user1password').expect(200);

    const salt = fileWith(`${flaskSecuritySalt}\n`);
    await importAll([{ username: grace, password: flaskSecurity, active: true }], '--flask-security-salt', salt);
    await logIn(grace).expect(200);

    const long = `correct horse battery staple `.repeat(4);
    const hash = '$2b$10$XrEAUpNFVT/6k6eBbcLcGOFj/a.sRbbtNshrtBA7xejMjJg439Ufq';
    await importAll([{ username: linus, password: hash }], '--bcrypt-of-sha256');
    await logIn(linus, long).expect(200);
  });

  it('of an import that is interrupted every batch counts, and the next one continues', async () => {
    const name = freshName();
    const rows = Array.from({ length: 450 }, (_, n) => ({ username: `${name}-${n}` }));
    const lines = rows.map((row) => JSON.stringify(row));
    // The line is broken, as if the file had been cut.
    await expect(importAll([...lines.slice(0, 401), '{"username": '].join('\n'))).rejects.toThrow('Line 402 of');
    expect(await importAll(lines.join('\n'))).toBe('50 users imported, 400 there already, 0 not taken.');
  });

  it('two concurrent imports of one file create each user once', async () => {
    const name = freshName();
    const file = fileWith(Array.from({ length: 300 }, (_, n) => ({ username: `${name}-${n}`, password: passlib })));
    const outputs = await Promise.all([run('import', file), run('import', file)]);
    const imported = outputs.map((output) => Number(/(\d+) users? imported/.exec(output)?.[1]));
    expect(imported.reduce((sum, count) => sum + count, 0)).toBe(300);
    const listed = await run('list', '--name', name, '--limit', '1000');
    expect(listed.split('\n')).toHaveLength(301);
  });

  it('an export can be imported elsewhere, with the passwords if they are in it', async () => {
    const { username } = await latchkey().person({ displayName: 'Ada', email: null });
    const file = join(mkdtempSync(join(inject('scratchFolder'), 'export-')), 'users.jsonl');
    expect(await run('export', file)).toMatch(/^Wrote \d+ users to /);
    expect(readFileSync(file, 'utf8')).not.toMatch(/hash|\$bcrypt|\$pbkdf2/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await run('export', file, '--with-hashes');
    const other = await startLatchkey(engine);
    const output = await runCommand(other.services, 'users', 'import', file);
    expect(output).toMatch(/^\d+ users imported, 0 there already, 0 not taken\.$/);
    const { body } = await other.http
      .post('/api/sessions/login')
      .send({ username, password: 'correct horse battery' })
      .expect(200);
    expect(body.user.displayName).toBe('Ada');
  });

  it.each([
    ['', 'is empty'],
    ['{"users": 3}', 'has no list of users'],
    ['{"username": "ada"', 'is not valid JSON'],
    ['username,email\n"ada', 'is not valid CSV'],
  ])('%j is refused as a whole', async (content, reason) => {
    await expect(importAll(content)).rejects.toThrow(reason);
  });

  it('a file that is not there is named', async () => {
    await expect(run('import', '/no/such/file')).rejects.toThrow('/no/such/file cannot be read');
    await expect(run('export', '/no/such/folder/file')).rejects.toThrow('/no/such/folder/file cannot be written');
  });
});

it('no row makes the reader throw', () => {
  const keys = [
    'username',
    'email',
    'password',
    'salt',
    'credentials',
    'custom_password_hash',
    'name',
    'created_at',
    'metadata',
  ];
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.object(),
    fc.array(fc.object()),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), value), (raw) => {
      const outcome = toNewUser(raw, { now: new Date() });
      expect('user' in outcome || outcome.refusal !== '').toBe(true);
    }),
    { numRuns: 1000 },
  );
});
