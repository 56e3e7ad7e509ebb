import { type ReactNode, useId, useMemo, useState } from 'react';
import { errorMessage } from '../api/errors.ts';
import { useApi, useUser } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { type DecodedToken, decodeToken, type PartName } from './decode-token.ts';
import { MemberList } from './member-list.tsx';
import { SignatureStatus } from './signature-status.tsx';
import { TimeRemaining } from './time-remaining.tsx';
import { looks, TokenText } from './token-text.tsx';

const Part = ({ name, title, children }: { name: PartName; title: string; children: ReactNode }) => (
  <Card>
    <h2 className={`mb-4 text-lg font-semibold underline decoration-2 underline-offset-4 ${looks[name]}`}>{title}</h2>
    {children}
  </Card>
);

const Parts = ({ token }: { token: DecodedToken }) => {
  const { parts, header, payload, signature, error } = token;
  return (
    <>
      {error && <Notice kind="error">{error}</Notice>}
      {parts.length === 3 && <TokenText parts={parts} />}
      {signature && (
        <Part name="signature" title="Signature">
          <SignatureStatus key={parts.join('.')} token={token} />
          <p className="mt-3 text-sm text-base-content/75">
            A token does not show whether it was revoked. Services ask Latchkey.
          </p>
        </Part>
      )}
      {payload && (
        <Card>
          <h2 className="mb-3 text-lg font-semibold">Expires</h2>
          <TimeRemaining payload={payload} />
        </Card>
      )}
      {header && (
        <Part name="header" title="Header">
          <MemberList members={header} />
        </Part>
      )}
      {payload && (
        <Part name="payload" title="Payload">
          <MemberList members={payload} />
        </Part>
      )}
    </>
  );
};

const InspectorPage = () => {
  const api = useApi();
  const user = useUser();
  const fieldId = useId();
  const [text, setText] = useState('');
  const token = useMemo(() => decodeToken(text), [text]);
  const own = useAction();
  const inspectOwn = async () => setText(await api.accessToken());

  return (
    <Page title="Token inspector">
      <div className="flex flex-col gap-6">
        <div>
          <label htmlFor={fieldId} className="mb-1 block text-sm font-medium">
            Token (JWT)
          </label>
          <textarea
            id={fieldId}
            rows={5}
            // The browser must not store the token or send it to a spelling service.
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-describedby={`${fieldId}-hint`}
            className="textarea w-full break-all font-mono text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <p id={`${fieldId}-hint`} className="mt-1 text-sm text-base-content/75">
            The token stays in your browser. It is not sent or stored.
          </p>
          <div className="mt-3 flex flex-wrap gap-3">
            {user && (
              <button type="button" className="btn btn-primary btn-sm" onClick={() => own.run(inspectOwn)}>
                Inspect my token
              </button>
            )}
            {text !== '' && (
              <button type="button" className="btn btn-ghost btn-sm" onClick={() => setText('')}>
                Clear
              </button>
            )}
          </div>
        </div>
        {own.error !== undefined && <Notice kind="error">{errorMessage(own.error)}</Notice>}
        {text.trim() !== '' && <Parts token={token} />}
      </div>
    </Page>
  );
};

export default InspectorPage;
