import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { freshEmail } from '../../testing/people.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, type Latchkey, password, shareLatchkey } from '../../testing/start-latchkey.ts';
import type { VerificationKind } from '../database/schema.ts';

type Person = Awaited<ReturnType<Latchkey['person']>> & { readonly email: string };

/** The call that takes the token of each kind of link. */
const doors: Record<VerificationKind, (token: string) => readonly [path: string, body: object]> = {
  verify_email: (token) => ['/api/emails/verify', { token }],
  reset_password: (token) => ['/api/passwords/reset', { token, newPassword: 'seven purple kettles' }],
  undo_email_change: (token) => ['/api/emails/undo-change', { token }],
  undo_password_change: (token) => ['/api/emails/undo-change', { token }],
  undo_account_closing: (token) => ['/api/emails/undo-change', { token }],
};
const kinds = Object.keys(doors) as VerificationKind[];

const post = ({ http }: Latchkey, path: string, body: object, token: string) =>
  http
    .post(path)
    .set(...bearer(token))
    .send(body);

/** The token of a link in a message to this address of the user. */
const linkTo = async (
  { services }: Latchkey,
  { id: userId, email }: Pick<Person, 'id' | 'email'>,
  kind: VerificationKind,
): Promise<string> => {
  const { verifications, verificationTokens, transaction, clock } = services;
  return verificationTokens.issue(
    await transaction((write) => verifications.open(write, { kind, userId, email }, clock())),
  );
};

/** What happens between the message and the click, and the links that it ends. */
const changes: Record<
  string,
  {
    readonly ends: readonly VerificationKind[];
    readonly cause: (latchkey: Latchkey, person: Person) => Promise<unknown>;
  }
> = {
  nothing: { ends: [], cause: async () => {} },
  'a sign-out': {
    ends: [],
    cause: async ({ http }, { refresh_token }) => http.post('/api/sessions/logout').send({ refresh_token }).expect(204),
  },
  'a new password': {
    ends: ['reset_password'],
    cause: async (latchkey, { access_token }) =>
      post(
        latchkey,
        '/api/passwords/change',
        { currentPassword: password, newPassword: 'another long password' },
        access_token,
      ).expect(204),
  },
  'a new password by the operator': {
    ends: ['reset_password'],
    cause: ({ services }, { username }) => runCommand(services, 'users', 'reset-password', username),
  },
  'another address': {
    ends: ['verify_email', 'reset_password'],
    cause: async (latchkey, { id, access_token }) => {
      const email = freshEmail();
      await post(latchkey, '/api/emails/change', { email, password }, access_token).expect(202);
      const token = await linkTo(latchkey, { id, email }, 'verify_email');
      await post(latchkey, '/api/emails/verify', { token }, access_token).expect(200);
    },
  },
  'a disabled account': {
    ends: kinds,
    cause: ({ services }, { username }) => runCommand(services, 'users', 'disable', username),
  },
  'a deleted account': {
    ends: kinds,
    cause: ({ services }, { username }) => runCommand(services, 'users', 'delete', username, '--now'),
  },
};

describe.each(engines)('the link of a message on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it.each(Object.keys(changes))('after %s: which kinds still work, and that they work once', async (change) => {
    const { ends = [], cause } = changes[change] ?? {};
    const worked: Record<string, boolean> = {};
    for (const kind of kinds) {
      const email = freshEmail();
      const emailVerifiedAt = kind === 'verify_email' ? null : latchkey().clock.now();
      const person = { ...(await latchkey().person({ email, emailVerifiedAt })), email };
      const [path, body] = doors[kind](await linkTo(latchkey(), person, kind));
      await cause?.(latchkey(), person);
      const answer = await latchkey().http.post(path).send(body);
      worked[kind] = answer.status < 300;
      if (!worked[kind]) expectProblem(answer, 'token_spent');
      // Verifying twice says that it is done already.
      else if (kind !== 'verify_email') expectProblem(await latchkey().http.post(path).send(body), 'token_spent');
    }
    expect(worked).toEqual(Object.fromEntries(kinds.map((kind) => [kind, !ends.includes(kind)])));
  });
});
