import { type ApiToken, listTokens, revokeToken } from '@latchkey/contract/tokens';
import { useState } from 'react';
import { ConfirmButton } from '../api/confirm-button.tsx';
import { ignoreNotFound } from '../api/errors.ts';
import { Loaded } from '../api/loaded.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi, useUser } from '../api/session.ts';
import { useLoad, useOnReturn } from '../api/use-load.ts';
import { Card, focusHeading, Page } from '../ui/page.tsx';
import { type Issued, IssueForm } from './issue-form.tsx';
import { NewToken } from './new-token.tsx';

const Token = ({ token, onRevoked }: { token: ApiToken; onRevoked: () => Promise<void> }) => {
  const api = useApi();
  const user = useUser();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 grow basis-56">
        <p className="break-words font-medium">
          <bdi>{token.name}</bdi>
        </p>
        <p className="break-words text-sm text-base-content/75">
          for <bdi>{token.audience}</bdi>
          {token.scope && (
            <>
              {' '}
              · scope <bdi>{token.scope}</bdi>
            </>
          )}
          {token.username !== user?.username && (
            <>
              {' '}
              · acts as <bdi>{token.username}</bdi>
            </>
          )}{' '}
          · created <RelativeTime at={token.createdAt} /> · expires <RelativeTime at={token.expiresAt} />
        </p>
      </div>
      <ConfirmButton
        label={
          <>
            Revoke…
            <span className="sr-only">
              {' '}
              <bdi>{token.name}</bdi>
            </span>
          </>
        }
        question={
          <>
            Revoke “<bdi>{token.name}</bdi>”?
          </>
        }
        confirmLabel="Revoke"
        cancelLabel="Cancel"
        onConfirm={() => api.call(revokeToken, { params: { id: token.id } }).catch(ignoreNotFound)}
        onClosed={onRevoked}
      >
        Apps that use this token will lose access. This cannot be undone.
      </ConfirmButton>
    </li>
  );
};

const TokensPage = () => {
  const api = useApi();
  const [issued, setIssued] = useState<Issued>();
  const query = useLoad(() => api.call(listTokens));
  useOnReturn(query.reload);

  return (
    <Page title="API tokens">
      <p className="mb-5">API tokens let scripts and services act as you without your password.</p>
      <div className="flex flex-col gap-6">
        {issued && (
          <NewToken
            key={issued.id}
            issued={issued}
            onDone={() => {
              setIssued(undefined);
              focusHeading();
            }}
          />
        )}
        {/* Both together, so that the form does not move when the list has loaded. */}
        <Loaded query={query} what="your API tokens">
          {({ tokens }) => (
            <>
              <Card>
                <h2 className="mb-4 text-lg font-semibold">Active tokens</h2>
                {tokens.length === 0 ? (
                  <p className="text-sm">No tokens yet.</p>
                ) : (
                  <ul className="divide-y divide-base-300">
                    {tokens.map((token) => (
                      <Token
                        key={token.id}
                        token={token}
                        onRevoked={async () => {
                          if (issued?.id === token.id) setIssued(undefined);
                          await query.reload();
                          focusHeading();
                        }}
                      />
                    ))}
                  </ul>
                )}
              </Card>
              <Card>
                <h2 className="mb-4 text-lg font-semibold">Create a token</h2>
                <IssueForm
                  onNoResponse={query.reload}
                  onIssued={async (created) => {
                    setIssued(created);
                    await query.reload();
                  }}
                />
              </Card>
            </>
          )}
        </Loaded>
      </div>
    </Page>
  );
};

export default TokensPage;
