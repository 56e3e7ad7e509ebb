import { randomUUID } from 'node:crypto';
import type { launch } from '@latchkey/api/testing/launch';
import type { RefusedTokens, TokenOptions, User } from './latchkey.ts';

type Services = Awaited<ReturnType<typeof launch>>['services'];
type Needs = Pick<Services, 'accounts' | 'accessTokens' | 'openSession' | 'transaction' | 'clock'>;

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

const secondsAfter = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);

export const createTokens = ({ accounts, accessTokens, openSession, transaction, clock }: Needs) => {
  const accountOf = async ({ id }: Pick<User, 'id'>) => {
    const account = await accounts.findById(id);
    if (!account) throw new Error('this user does not exist');
    return account;
  };

  const createToken = async (
    user: User,
    { audience, scope, expiresInSeconds = 3600 }: TokenOptions,
  ): Promise<string> => {
    const account = await accountOf(user);
    const createdAt = clock();
    // Whole seconds, as in the token.
    createdAt.setMilliseconds(0);
    const session = await transaction((write) =>
      openSession(write, account.id, {
        kind: 'api_token',
        methods: ['pwd'],
        generation: 0,
        createdAt,
        authenticatedAt: user.authenticatedAt,
        expiresAt: secondsAfter(createdAt, expiresInSeconds),
        name: audience,
        audience,
        scope: scope ?? null,
        issuedBy: account.id,
      }),
    );
    return accessTokens.signApiToken(session, account);
  };

  const createRefusedTokens = async (user: User, audience: string): Promise<RefusedTokens> => {
    const account = await accountOf(user);
    const expiresAt = secondsAfter(clock(), -3600);
    const createdAt = secondsAfter(expiresAt, -3600);
    const session = { id: randomUUID(), audience, scope: null, createdAt, authenticatedAt: createdAt, expiresAt };
    const valid = await createToken(user, { audience });
    const [header = '', payload = '', signature = ''] = valid.split('.');
    return {
      expired: await accessTokens.signApiToken(session, account),
      otherAudience: await createToken(user, { audience: 'another-service' }),
      tampered: [header, encode({ ...decode(payload), role: 'admin', scope: 'everything' }), signature].join('.'),
      unsigned: [encode({ ...decode(header), alg: 'none' }), payload, ''].join('.'),
      refresh: user.refreshToken,
    };
  };

  return { createToken, createRefusedTokens };
};
