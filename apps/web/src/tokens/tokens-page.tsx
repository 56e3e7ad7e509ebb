import { type ApiToken, listTokens, revokeToken } from '@latchkey/contract/tokens';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ignoreNotFound } from '../api/api.ts';
import { Loaded } from '../api/loaded.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi, useSession } from '../api/session.ts';
import { ConfirmButton } from '../ui/confirm-button.tsx';
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
          {token.scope && ` · may ${token.scope}`}
          {token.username !== user?.username && ` · stands for ${token.username}`} · made{' '}
          <RelativeTime at={token.createdAt} /> · ends <RelativeTime at={token.expiresAt} />
        </p>
      </div>
      <ConfirmButton
        label={
          <>
            Revoke…<span className="sr-only"> {token.name}</span>
          </>
        }
        question={`Revoke “${token.name}”?`}
        yes="Revoke"
        no="Keep it"
        act={() => api.call(revokeToken, { params: { id: token.id } }).catch(ignoreNotFound)}
        afterwards={onRevoked}
      >
        Whatever uses it is refused from now on. This cannot be undone.
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
    <Page title="Your tokens">
      <p className="mb-5">
        A token lets a program or a service act for you without your password. You can revoke each by itself.
      </p>
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
          <h2 className="mb-4 text-lg font-semibold">Alive</h2>
          <Loaded query={query} what="your tokens">
            {({ tokens }) =>
              tokens.length === 0 ? (
                <p className="text-sm">You have none.</p>
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
          <h2 className="mb-4 text-lg font-semibold">Make a token</h2>
          <IssueForm
            onLostAnswer={refetch}
            onIssued={async (made) => {
              setIssued(made);
              await refetch();
            }}
          />
        </Card>
      </div>
    </Page>
  );
};

export default TokensPage;
