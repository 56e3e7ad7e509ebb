import { type Identity, listIdentities, unlinkIdentity } from '@latchkey/contract/identities';
import { pages } from '@latchkey/contract/pages';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { ConfirmButton } from '../api/confirm-button.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { ignoreNotFound } from '../api/errors.ts';
import { Loaded } from '../api/loaded.tsx';
import { NavigationNotice } from '../api/navigation-notice.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi } from '../api/session.ts';
import { useLoad, useOnReturn } from '../api/use-load.ts';
import { brand } from '../ui/brand.ts';
import { Card, focusHeading, Page } from '../ui/page.tsx';
import { ProviderLogo } from './provider-logo.tsx';
import { useProvider } from './use-provider.ts';

type LineProps = {
  readonly logo: ReactNode;
  readonly name: string;
  readonly about: ReactNode;
  readonly children: ReactNode;
};

const Line = ({ logo, name, about, children }: LineProps) => (
  <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
    {logo}
    <div className="min-w-0 grow basis-56">
      <p className="font-medium">
        <bdi>{name}</bdi>
      </p>
      <p className="text-sm wrap-anywhere text-base-content/75">{about}</p>
    </div>
    {children}
  </li>
);

const Connected = ({ identity, onChange }: { identity: Identity; onChange: () => Promise<void> }) => {
  const api = useApi();
  const { id, provider, account, lastUsedAt } = identity;
  const about = (
    <>
      {account !== null && (
        <>
          <bdi>{account}</bdi> ·{' '}
        </>
      )}
      last used <RelativeTime at={lastUsedAt} />
    </>
  );
  return (
    <Line logo={<ProviderLogo name={provider.name} />} name={provider.label} about={about}>
      <ConfirmButton
        label={
          <>
            Disconnect…<span className="sr-only"> {provider.label}</span>
          </>
        }
        question={`Disconnect ${provider.label}?`}
        confirmLabel="Disconnect"
        cancelLabel="Cancel"
        onConfirm={() => api.call(unlinkIdentity, { params: { id } }).catch(ignoreNotFound)}
        onClosed={onChange}
      >
        You can’t sign in with it any more.
      </ConfirmButton>
    </Line>
  );
};

const SignInMethodsPage = () => {
  const api = useApi();
  const query = useLoad(() => api.call(listIdentities));
  useOnReturn(query.reload);
  const { leave, isPending, error } = useProvider({ returnTo: pages.signInMethods, isLink: true });
  const onChange = async (): Promise<void> => {
    await query.reload();
    focusHeading();
  };
  return (
    <Page title="Sign-in methods">
      <div className="flex flex-col gap-5">
        <NavigationNotice />
        {error !== undefined && <ErrorNotice error={error} />}
        <p>How you can sign in. Keep at least two, in case you lose one.</p>
        <Loaded query={query} what="your sign-in methods">
          {({ identities, hasPassword }) => (
            <Card>
              <ul className="divide-y divide-base-300">
                <Line
                  logo={
                    <span aria-hidden="true" className="w-5 text-center tracking-tighter">
                      •••
                    </span>
                  }
                  name="Password"
                  about={hasPassword ? 'Set' : 'Not set'}
                >
                  <Link to={pages.password} className="btn btn-outline btn-sm">
                    {hasPassword ? 'Change password' : 'Set a password'}
                  </Link>
                </Line>
                {identities.map((identity) => (
                  <Connected key={identity.id} identity={identity} onChange={onChange} />
                ))}
                {brand.providers
                  .filter(([name]) => !identities.some(({ provider }) => provider.name === name))
                  .map(([name, label]) => (
                    <Line key={name} logo={<ProviderLogo name={name} />} name={label} about="Not connected">
                      <button
                        type="button"
                        className="btn btn-outline btn-sm"
                        aria-disabled={isPending}
                        onClick={() => leave(name)}
                      >
                        Connect<span className="sr-only"> {label}</span>
                      </button>
                    </Line>
                  ))}
              </ul>
            </Card>
          )}
        </Loaded>
      </div>
    </Page>
  );
};

export default SignInMethodsPage;
