import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, freshName, password, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('the profile on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const update = (token: string, body: object | string) =>
    latchkey()
      .http.patch('/api/accounts/me')
      .set(...bearer(token))
      .type('application/json')
      .send(body);

  it('changes the given fields, keeps the others, and null clears a field', async () => {
    const { access_token } = await latchkey().person({ displayName: 'Ada', email: 'ada@example.com' });
    latchkey().clock.turn(60);
    const { body: before } = await latchkey().me(access_token).expect(200);
    const { body: renamed } = await update(access_token, { displayName: 'Countess' }).expect(200);
    const updatedAt = latchkey().clock.now().toISOString();
    expect(renamed).toEqual({ ...before, displayName: 'Countess', updatedAt });
    const { body: cleared } = await update(access_token, { displayName: null, email: null }).expect(200);
    expect(cleared).toMatchObject({ displayName: null, email: null, emailVerified: false });
    expect((await latchkey().me(access_token).expect(200)).body).toEqual(cleared);
  });

  it('a verified e-mail address in another case stays verified', async () => {
    const email = `${freshName()}@example.com`;
    const { access_token } = await latchkey().person({ email, emailVerifiedAt: new Date() });
    const { body: same } = await update(access_token, { email: email.toUpperCase() }).expect(200);
    expect(same).toMatchObject({ email: email.toUpperCase(), emailVerified: true });
  });

  it('several accounts may have an address pending that one has verified', async () => {
    const email = `${freshName()}@example.com`;
    const owner = await latchkey().person({ email, emailVerifiedAt: new Date() });
    for (let time = 1; time <= 2; time++) {
      const { access_token } = await latchkey().person();
      expect((await update(access_token, { email }).expect(200)).body).toMatchObject({ email, emailVerified: false });
    }
    expect((await latchkey().me(owner.access_token)).body.emailVerified).toBe(true);
  });

  it('refuses fields that the owner cannot change', async () => {
    const { access_token } = await latchkey().person();
    for (const field of [
      'id',
      'username',
      'role',
      'emailVerified',
      'password',
      'passwordHash',
      'disabledAt',
      '__proto__',
    ]) {
      const { errors } = expectProblem(await update(access_token, `{"${field}": "admin"}`), 'invalid_request');
      expect(errors).toEqual([{ path: field, code: 'unknown_field', message: `There is no field "${field}" here.` }]);
    }
  });

  it('returns the same fields in every answer, never the hash', async () => {
    const { access_token, username } = await latchkey().person();
    const answers = [
      await latchkey().me(access_token),
      await update(access_token, {}),
      await latchkey()
        .http.get('/api/tokens/current')
        .set(...bearer(access_token)),
      await latchkey().http.post('/api/sessions/login').send({ username, password }),
    ];
    for (const { status, text, body } of answers) {
      expect(status).toBe(200);
      expect(text).not.toMatch(/hash|bcrypt/i);
      expect(Object.keys(body.user ?? body).sort()).toEqual([
        'createdAt',
        'displayName',
        'email',
        'emailVerified',
        'id',
        'metadata',
        'notifySignIns',
        'pendingEmail',
        'role',
        'updatedAt',
        'username',
      ]);
    }
  });

  describe('metadata', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : { in: nested(depth - 1) });

    it('is replaced as a whole, and keeps the order of its keys', async () => {
      const { access_token } = await latchkey().person();
      await update(access_token, { metadata: { theme: 'dark' } }).expect(200);
      const text = '{"z":1,"a":{"cart":[{"sku":"x","n":2}]},"m":null,"constructor":{"name":"é\\n🔑"},"":""}';
      const { body } = await update(access_token, `{"metadata":${text}}`).expect(200);
      expect(JSON.stringify(body.metadata)).toBe(JSON.stringify(JSON.parse(text)));
      expect(JSON.stringify((await latchkey().me(access_token)).body.metadata)).toBe(JSON.stringify(JSON.parse(text)));
    });

    it('can have 16 kB and twenty levels, and no more', async () => {
      const { access_token } = await latchkey().person();
      const ofBytes = (bytes: number) => ({ note: 'é'.repeat((bytes - '{"note":""}'.length - 1) / 2).concat('x') });
      await update(access_token, { metadata: ofBytes(16_384) }).expect(200);
      const { detail } = expectProblem(await update(access_token, { metadata: ofBytes(16_386) }), 'invalid_request');
      expect(detail).toBe('Metadata can be at most 16 kB of JSON; this is 17 kB.');
      await update(access_token, { metadata: nested(20) as object }).expect(200);
      expectProblem(await update(access_token, { metadata: nested(21) as object }), 'invalid_request');
    });

    it.each([
      ['"text"', 'Metadata must be an object.', 'wrong_type'],
      ['[]', 'Metadata must be an object.', 'wrong_type'],
      ['null', 'Metadata must be an object.', 'wrong_type'],
      ['{"__proto__":{"role":"admin"}}', 'Metadata has a name that cannot be used.', 'not_allowed'],
      ['{"a":{"__proto__":1}}', 'Metadata has a name that cannot be used.', 'not_allowed'],
      ['{"\\u0000":1}', 'Metadata has a name that cannot be used.', 'not_allowed'],
      ['{"\\ud800":1}', 'Metadata has a name that cannot be used.', 'not_allowed'],
      ['{"a":"\\u0000"}', 'Metadata has a text with a character that cannot be used.', 'invalid_characters'],
      ['{"a":["\\udc00"]}', 'Metadata has a text with a character that cannot be used.', 'invalid_characters'],
      ['{"a":1e400}', 'Metadata has a number that is too large.', 'too_large'],
      [`{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, 'Metadata can be nested at most 20 deep.', 'too_deep'],
    ])('refuses %.40s', async (metadata, message, code) => {
      const { access_token } = await latchkey().person();
      const answer = await update(access_token, `{"metadata":${metadata}}`);
      expect(expectProblem(answer, 'invalid_request').errors).toEqual([{ path: 'metadata', code, message }]);
    });

    it('is returned exactly as it was sent', async () => {
      const { access_token } = await latchkey().person();
      const text = fc.string({ unit: 'binary', maxLength: 8 }).map((any) => any.replace(/\p{Cc}/gu, ''));
      const name = text.filter((any) => any !== '__proto__');
      const { json } = fc.letrec((tie) => ({
        json: fc.oneof(
          { maxDepth: 4 },
          text,
          fc.double({ noDefaultInfinity: true, noNaN: true }),
          fc.boolean(),
          fc.constant(null),
          fc.array(tie('json'), { maxLength: 3 }),
          fc.dictionary(name, tie('json'), { maxKeys: 3, noNullPrototype: true }),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(fc.dictionary(name, json, { maxKeys: 4, noNullPrototype: true }), async (metadata) => {
          const sent = JSON.stringify(metadata);
          const { body } = await update(access_token, `{"metadata":${sent}}`).expect(200);
          expect(JSON.stringify(body.metadata)).toBe(sent);
        }),
        { numRuns: 60 },
      );
    });
  });
});
