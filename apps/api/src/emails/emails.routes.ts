import * as contract from '@latchkey/contract/emails';
import type { Request } from 'express';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import { changeEmail } from './change-email.ts';
import { sendVerification } from './send-verification.ts';
import { undoChange } from './undo-change.ts';
import { verifyEmail } from './verify-email.ts';

type Needs = NeedsOf<typeof changeEmail | typeof sendVerification | typeof verifyEmail | typeof undoChange> & {
  /** For the code, which belongs to a signed-in account. */
  readonly authenticateSession: (request: Request) => Promise<Principal>;
};

export const emailRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const change = changeEmail(services);
  const send = sendVerification(services);
  const verify = verifyEmail(services);
  const undo = undoChange(services);

  serve(contract.changeEmail, async ({ principal, body }) => {
    await change(principal, body);
    return undefined;
  });

  serve(contract.sendVerification, async ({ principal }) => {
    await send(principal);
    return undefined;
  });

  serve(contract.verifyEmail, async ({ body, client, request }) => {
    if (body.token !== undefined) return verify.byToken(body.token, client);
    return verify.byCode(await services.authenticateSession(request), body.code ?? '');
  });

  serve(contract.undoEmailChange, async ({ body, client }) => {
    await undo(body.token, client);
    return undefined;
  });
};
