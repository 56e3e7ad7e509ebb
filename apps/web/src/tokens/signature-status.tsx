import { jwks } from '@latchkey/contract/well-known';
import { Loaded } from '../api/loaded.tsx';
import { useApi } from '../api/session.ts';
import { useLoad } from '../api/use-load.ts';
import { Notice } from '../ui/notice.tsx';
import { checkSignature, type SignatureStatus as Status } from './check-signature.ts';
import type { DecodedToken } from './decode-token.ts';

const messages: Readonly<Record<Status, string>> = {
  valid: 'Valid signature. Latchkey issued this token, and it was not changed.',
  invalid: 'Invalid signature. The token was changed or issued by somebody else; do not trust it.',
  shared_secret: 'Signed with a shared secret (HS256). It cannot be checked without the secret.',
  unsigned: 'Not signed. Anybody could have written this token.',
  unsupported_algorithm: 'Unsupported algorithm. This page checks RS256 and ES256.',
  unknown_key: 'Unknown key. The token comes from another issuer, or its key was retired.',
  insecure_context: 'Open this page over HTTPS to check the signature.',
};

/** Checks the signature once, in the browser; fetches only the public keys. For another token, give it another `key`. */
export const SignatureStatus = ({ token }: { token: DecodedToken }) => {
  const api = useApi();
  const query = useLoad(async () => checkSignature(token, (await api.call(jwks)).keys));
  return (
    <Loaded query={query} what="the public keys">
      {(status) =>
        status === 'valid' || status === 'invalid' ? (
          <Notice kind={status === 'valid' ? 'success' : 'error'}>{messages[status]}</Notice>
        ) : (
          <p>{messages[status]}</p>
        )
      }
    </Loaded>
  );
};
