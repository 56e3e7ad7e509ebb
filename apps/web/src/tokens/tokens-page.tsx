import { type ApiToken, listTokens, revokeToken } from '@latchkey/contract/tokens';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ignoreNotFound } from '../api/api.ts';
import { ConfirmButton } from '../api/confirm-button.tsx';
import { Loaded } from '../api/loaded.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi, useSession } from '../api/session.ts';
import { Card, focusHeading, Page } from '../ui/page.tsx';
import { type Issued, IssueForm } from './issue-form.tsx';
import { NewToken } from './new-token.tsx';

const tokensKey = ['tokens'];

const Token = ({ token, onRevoked }: { token: ApiToken; onRevoked: () => Promise<void> }) => {
  const api = useApi();
  const { data: user } = useSession();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 grow basis-56">
        <p className="break-words font-medium">{token.name}</p>
        <p className="break-words text-sm text-base-content/75">
          for {token.audience}
          {token.scope && ` · scope ${token.scope}`}
          {token.username !== user?.username && ` · acts as ${token.username}`} · created{' '}
          <RelativeTime at={token.createdAt} /> · expires <RelativeTime at={token.expiresAt} />
        </p>
      </div>
      <ConfirmButton
        label={
          <>
            Revoke…<span className="sr-only"> {token.name}</span>
          </>
        }
        question={`Revoke “${token.name}”?`}
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
  const queries = useQueryClient();
  const [issued, setIssued] = useState<Issued>();
  const query = useQuery({ queryKey: tokensKey, queryFn: () => api.call(listTokens) });
  const refetch = () => queries.invalidateQueries({ queryKey: tokensKey });

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
        <Card>
          <h2 className="mb-4 text-lg font-semibold">Active tokens</h2>
          <Loaded query={query} what="your API tokens">
            {({ tokens }) =>
              tokens.length === 0 ? (
                <p className="text-sm">No tokens yet.</p>
              ) : (
                <ul className="divide-y divide-base-300">
                  {tokens.map((token) => (
                    <Token
                      key={token.id}
                      token={token}
                      onRevoked={async () => {
                        if (issued?.id === token.id) setIssued(undefined);
                        await refetch();
                        focusHeading();
                      }}
                    />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Card>
        <Card>
          <h2 className="mb-4 text-lg font-semibold">Create a token</h2>
          <IssueForm
            onNoResponse={refetch}
            onIssued={async (created) => {
              setIssued(created);
              await refetch();
            }}
          />
        </Card>
      </div>
    </Page>
  );
};

export default TokensPage;
