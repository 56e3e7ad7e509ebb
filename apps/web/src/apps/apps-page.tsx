import { type ConnectedApp, disconnectApp, listApps } from '@latchkey/contract/apps';
import { ConfirmButton } from '../api/confirm-button.tsx';
import { ignoreNotFound } from '../api/errors.ts';
import { Loaded } from '../api/loaded.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi } from '../api/session.ts';
import { useLoad, useOnReturn } from '../api/use-load.ts';
import { Card, focusHeading, Page } from '../ui/page.tsx';
import { scopeText } from './scope-text.ts';

const App = ({ app, onDisconnected }: { app: ConnectedApp; onDisconnected: () => Promise<void> }) => {
  const api = useApi();
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 grow basis-56">
        <p className="break-words font-medium">
          <bdi>{app.name}</bdi>
        </p>
        <p className="text-sm text-base-content/75">
          {app.lastUsedAt === null ? (
            'You are not signed in to it.'
          ) : (
            <>
              Last used <RelativeTime at={app.lastUsedAt} />
            </>
          )}
        </p>
        <p className="mt-2 text-sm">
          It can <bdi>{new Intl.ListFormat('en').format(app.scopes.map(scopeText))}</bdi>.
        </p>
      </div>
      <ConfirmButton
        label={
          <>
            Disconnect…
            <span className="sr-only">
              {' '}
              <bdi>{app.name}</bdi>
            </span>
          </>
        }
        question={
          <>
            Disconnect <bdi>{app.name}</bdi>?
          </>
        }
        confirmLabel="Disconnect"
        cancelLabel="Cancel"
        onConfirm={() => api.call(disconnectApp, { params: { id: app.id } }).catch(ignoreNotFound)}
        onClosed={onDisconnected}
      >
        You will be signed out of it on every device. What it has stored about you stays there.
      </ConfirmButton>
    </li>
  );
};

const AppsPage = () => {
  const api = useApi();
  const query = useLoad(() => api.call(listApps));
  useOnReturn(query.reload);
  return (
    <Page title="Connected apps">
      <p className="mb-5">These apps know who you are, because you signed in to them with this account.</p>
      <Loaded query={query} what="your apps">
        {({ apps }) => (
          <Card>
            {apps.length === 0 ? (
              <p className="text-sm">No apps yet.</p>
            ) : (
              <ul className="divide-y divide-base-300">
                {apps.map((app) => (
                  <App
                    key={app.id}
                    app={app}
                    onDisconnected={async () => {
                      await query.reload();
                      focusHeading();
                    }}
                  />
                ))}
              </ul>
            )}
          </Card>
        )}
      </Loaded>
    </Page>
  );
};

export default AppsPage;
