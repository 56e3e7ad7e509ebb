import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useMemo, useState } from 'react';
import { errorMessage } from '../api/api.ts';
import { useApi, useSession } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { LifeLeft } from './life-left.tsx';
import { MemberList } from './member-list.tsx';
import { type PartName, type Reading, readToken } from './read-token.ts';
import { SignatureVerdict } from './signature-verdict.tsx';
import { looks, TokenText } from './token-text.tsx';

const Part = ({ name, title, children }: { name: PartName; title: string; children: ReactNode }) => (
  <Card>
    <h2 className={`mb-4 text-lg font-semibold underline decoration-2 underline-offset-4 ${looks[name]}`}>{title}</h2>
    {children}
  </Card>
);

const Parts = ({ reading }: { reading: Reading }) => {
  const { parts, header, payload, signature, fault } = reading;
  return (
    <>
      {fault && <Notice kind="error">{fault}</Notice>}
      {parts.length === 3 && <TokenText parts={parts} />}
      {signature && (
        <Part name="signature" title="Signature: whether to believe it">
          <SignatureVerdict reading={reading} />
          <p className="mt-3 text-sm text-base-content/75">
            Whether it was revoked stands in no token: a service asks Latchkey for that.
          </p>
        </Part>
      )}
      {payload && (
        <Card>
          <h2 className="mb-3 text-lg font-semibold">Life left</h2>
          <LifeLeft payload={payload} />
        </Card>
      )}
      {header && (
        <Part name="header" title="Header: how it is signed">
          <MemberList members={header} />
        </Part>
      )}
      {payload && (
        <Part name="payload" title="Payload: what it says">
          <MemberList members={payload} />
        </Part>
      )}
    </>
  );
};

const InspectorPage = () => {
  const api = useApi();
  const { data: user } = useSession();
  const fieldId = useId();
  const [text, setText] = useState('');
  const reading = useMemo(() => readToken(text), [text]);
  const own = useMutation({ mutationFn: api.ownToken, onSuccess: setText });

  return (
    <Page title="Token inspector">
      <div className="flex flex-col gap-6">
        <div>
          <label htmlFor={fieldId} className="mb-1 block text-sm font-medium">
            A token (JWT)
          </label>
          <textarea
            id={fieldId}
            rows={5}
            // The browser may neither keep it for later nor send it to a spelling service.
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-describedby={`${fieldId}-hint`}
            className="textarea w-full break-all font-mono text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <p id={`${fieldId}-hint`} className="mt-1 text-sm text-base-content/75">
            It stays in this page: it is taken apart and checked here, sent nowhere, and forgotten when you leave.
          </p>
          <div className="mt-3 flex flex-wrap gap-3">
            {user && (
              <button type="button" className="btn btn-primary btn-sm" onClick={() => own.mutate()}>
                Take your own
              </button>
            )}
            {text !== '' && (
              <button type="button" className="btn btn-ghost btn-sm" onClick={() => setText('')}>
                Clear
              </button>
            )}
          </div>
        </div>
        {own.error && <Notice kind="error">{errorMessage(own.error)}</Notice>}
        {text.trim() !== '' && <Parts reading={reading} />}
      </div>
    </Page>
  );
};

export default InspectorPage;
