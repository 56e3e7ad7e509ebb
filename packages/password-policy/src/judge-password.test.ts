import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPasswords } from './count-guesses.ts';
import { judgePassword } from './judge-password.ts';
import { weakPasswordText } from './weak-password-text.ts';

const grace = { username: 'Admiral-1906', email: 'grace.hopper@example.com', displayName: 'Grace Brewster Murray' };
const judge = (password: string, owner: Parameters<typeof judgePassword>[1] = { username: 'somebody' }) => {
  const { strength, fault } = judgePassword(password, owner);
  return { strength, fault: fault && weakPasswordText(fault) };
};

describe('a common password is refused', () => {
  it.each([
    'password1',
    'password1234',
    'PASSWORD123',
    'ｐａｓｓｗｏｒｄ１２３',
    'qwertyuiop',
    '12345678',
    'P@ssw0rd',
    '321drowssap',
  ])('in every spelling: %s', (password) => {
    expect(judge(password).fault).toMatch(/among those that attackers try first/);
  });

  it.each([
    'P@ssw0rd!',
    'Password2024!',
    'Welcome2025!',
    'december1985',
    'monkey dragon',
    'football99!',
    '!2024iloveyou',
  ])('with common additions: %s', (password) => {
    expect(judge(password).fault).toMatch(/hardly more than one that attackers try first/);
  });

  it('at every position of the list', () => {
    const long = commonPasswords.filter((password) => password.length >= 8);
    expect(long.length).toBeGreaterThan(10_000);
    const some = long.filter((_, place) => place % 100 === 0 || place === long.length - 1);
    for (const password of some) {
      expect(judge(password).fault, password).toMatch(/attackers try first\. Choose a less|repeats the same/);
    }
  });
});

it.each([
  ['asdfghjkl;', 'a row of keys on the keyboard'],
  ['zxcvbnm,./', 'a row of keys on the keyboard'],
  ['zyxwvuts', 'a run such as abc or 123'],
  ['1985-12-10', 'a date'],
  ['10.12.1985', 'a date'],
  ['constructor', 'a common word'],
  ['aaaaaaaaaaaa', 'repeats the same characters'],
  ['AaAaAaAa', 'repeats the same characters'],
  ['abcabcabcabc', 'repeats the same characters'],
  ['trustno1trustno1', 'repeats the same characters'],
  ['01101000011010010', 'repeats the same characters'],
])('a password that follows a pattern is refused, and the error names the pattern: %s', (password, pattern) => {
  expect(judge(password).fault).toContain(pattern);
});

describe('a password like its owner is refused', () => {
  const ada = { username: 'ada.lovelace' };

  it.each([
    'ada.lovelace',
    'ada.lovelace1',
    'ADA.Lovelace!!!',
    '1ada.lovelace2',
    '12ada.lovelace34',
    'ada.lovelace1815',
    '@da.l0vel@ce1',
    'ecalevol.ada',
    '7ECALEVOL.ADA',
    '3calevol.@d@1',
    'lovelace1815',
    'lovelaceada',
    'ａｄａ．ｌｏｖｅｌａｃｅ１',
  ])('the user name in every spelling: %s', (password) => {
    expect(judge(password, ada).fault).toContain('too much like your user name');
  });

  it.each(['grace.hopper', 'Grace.Hopper@example.com', '12grace.hopper3', 'hopper@example.com'])(
    'the e-mail address: %s',
    (password) => {
      expect(judge(password, grace).fault).toContain('too much like your e-mail address');
      const { email, ...nameless } = grace;
      expect(judge(password, { ...nameless, email: null, displayName: null }).fault ?? '').not.toContain('e-mail');
    },
  );

  it.each(['Brewster Murray', 'gracebrewstermurray', 'murray1906', 'yarrum.retswerb'])('the name: %s', (password) => {
    expect(judge(password, { ...grace, email: undefined }).fault).toContain('too much like your name');
  });

  it.each(['latchkey1', 'L@tchkey2026', 'yekhctal!'])('the name of this service: %s', (password) => {
    expect(judge(password).fault).toContain('too much like the name of this service');
  });

  it('the name that the operator gave this service', () => {
    for (const password of ['acme accounts', 'ACMEaccounts1', 'stnuocca2026']) {
      const { fault } = judge(password, { username: 'somebody', serviceName: 'Acme Accounts' });
      expect(fault, password).toContain('too much like the name of this service');
    }
  });

  it('a short name with up to three other characters', () => {
    for (const username of ['x9-k2', ' X9-k2 ']) {
      expect(judge('qx9-k2vm', { username }).fault).toContain('too much like your user name');
      expect(judge('qtx9-k2vm', { username }).fault).toBeUndefined();
    }
  });

  it('but may contain the name and enough other characters', () => {
    expect(judge('ada likes purple kettles', ada)).toEqual({ strength: 'strong' });
    expect(judge('admiral-1906 wrote COBOL', grace)).toEqual({ strength: 'strong' });
    expect(judge('grace.hopper was here', grace)).toEqual({ strength: 'strong' });
  });
});

it.each([
  'correct horse battery',
  'seven purple kettles',
  'correct horse',
  'abide abacus',
  'mytrumpetisblue',
  'the password of my cat',
  'x7kQ2m9Lpz',
  'hTqw8RzLm4vK',
  'Пароль от двери',
  'крепкийпароль',
  '我家的密码是很长的一句话吧',
  'こんにちは世界のみなさん',
  'Ünïcödé ﬁne ① two',
])('several words, random characters and every script are accepted: %s', (password) => {
  expect(['good', 'strong']).toContain(judge(password, grace).strength);
});

it.each(['kR9#vB2x', 'kqzvwxjp', '83160472', 'КЛЮЧОТДВ', '        x7 yq', '~^|`{}<>'])(
  'there are no rules of composition: %s',
  (password) => {
    expect(judge(password).fault).toBeUndefined();
  },
);

describe('any input', () => {
  const wild = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'İ', 'ß', 'ﬁ', '🐈', '\u0000', '(', '\\', '1', '@') }),
    // What an estimator that looks words up in plain objects would find there.
    fc.string({
      unit: fc.constantFrom('constructor', 'c0nstructor', '__proto__', '__pr0t0__', 'a', ' '),
      maxLength: 6,
    }),
  );
  const owner = fc.record({ username: wild, email: fc.option(wild), displayName: fc.option(wild, { nil: undefined }) });

  it('gets a verdict, with a reason if it is refused', () => {
    fc.assert(
      fc.property(wild, owner, (password, owner) => {
        const { strength, fault } = judge(password, owner);
        expect(['weak', 'fair', 'good', 'strong']).toContain(strength);
        if (strength === 'weak') expect(fault).toMatch(/^This password [^.]+\. Choose [^.]+\.$/);
        else expect(fault).toBeUndefined();
      }),
    );
  });

  it('gets the same verdict in every Unicode form and with names in any case', () => {
    fc.assert(
      fc.property(wild, owner, fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'), (password, owner, form) => {
        const { username, email } = owner;
        const shouted = { ...owner, username: username.normalize('NFKC').toLowerCase(), email: email?.normalize(form) };
        expect(judgePassword(password.normalize(form), shouted)).toEqual(judgePassword(password, owner));
      }),
    );
  });

  const username = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{1,30}[A-Za-z0-9]$/);
  const few = fc.string({ unit: 'grapheme-ascii', maxLength: 3 });

  it('a user name with fewer than four characters around it is refused', () => {
    fc.assert(
      fc.property(username, few, fc.nat(3), (name, own, before) => {
        const password = `${own.slice(0, before)}${name.toUpperCase()}${own.slice(before)}`;
        expect(judge(password, { username: name }).strength).toBe('weak');
      }),
    );
  });

  it('ten random characters are accepted', () => {
    const character = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
    fc.assert(
      // Without the bias towards `aaaaaaaaaa`, and without shrinking to it: what is meant is chance.
      fc.property(fc.noBias(fc.noShrink(fc.array(character, { minLength: 10, maxLength: 10 }))), (characters) => {
        expect(judge(characters.join('')).fault).toBeUndefined();
      }),
    );
  });
});

it('only the first 64 characters of a password are estimated, so that the work is bounded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 192, maxLength: 192 }), (wild) => {
      expect(judge(`${'sunshine'.repeat(8)}${wild}`)).toMatchObject({ strength: 'weak' });
    }),
    { numRuns: 20 },
  );
  expect(judge(`${'sunshine'.repeat(5)} seven purple kettles`)).toEqual({ strength: 'strong' });
});
