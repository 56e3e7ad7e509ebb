import { jwks } from '@latchkey/contract/well-known';
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../api/loaded.tsx';
import { useApi } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';
import { checkSignature, type Verdict } from './check-signature.ts';
import type { Reading } from './read-token.ts';

const words: Readonly<Record<Verdict, string>> = {
  right: 'The signature is right: Latchkey made this token, and nobody has changed it since.',
  wrong: 'The signature is wrong: the token was changed, or somebody else made it. Do not believe what it says.',
  shared_secret:
    'It is signed with a shared secret (HS256). Only those who hold the secret can check it; a browser cannot.',
  unsigned: 'It is not signed at all. Anybody can have written it.',
  other_algorithm: 'It names an algorithm that Latchkey does not use. This page checks RS256 and ES256.',
  unknown_key:
    'Latchkey has no public key of this name (kid) and algorithm: another issuer made it, or the key is long gone.',
  cannot_check: 'This browser checks signatures only on pages that came by https.',
};

/** Whether a token can be believed, found out here in the browser: only the public keys are fetched. */
export const SignatureVerdict = ({ reading }: { reading: Reading }) => {
  const api = useApi();
  const query = useQuery({
    queryKey: ['signature', ...reading.parts],
    gcTime: 0,
    queryFn: async () => checkSignature(reading, (await api.call(jwks)).keys),
  });
  return (
    <Loaded query={query} what="the public keys">
      {(verdict) =>
        verdict === 'right' || verdict === 'wrong' ? (
          <Notice kind={verdict === 'right' ? 'success' : 'error'}>{words[verdict]}</Notice>
        ) : (
          <p>{words[verdict]}</p>
        )
      }
    </Loaded>
  );
};
