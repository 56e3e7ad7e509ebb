import { errorMessage } from '../api/errors.ts';
import { useUser } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { brand } from '../ui/brand.ts';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { ScopeList } from './scope-list.tsx';

type Props = {
  readonly app: string;
  /** The address that the browser returns to. */
  readonly host: string;
  readonly scopes: readonly string[];
  readonly onDecided: (consent: boolean) => Promise<unknown>;
};

/** Asks whether the app of a third party may know the user. */
export const ConsentPage = ({ app, host, scopes, onDecided }: Props) => {
  const user = useUser();
  const { run, isPending, error } = useAction();
  return (
    <CardPage title="Allow access?">
      <div className="flex flex-col gap-4">
        {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
        <p>
          <bdi className="font-semibold">{app}</bdi> wants to use your <bdi>{brand.name}</bdi> account{' '}
          <bdi className="font-semibold">@{user?.username}</bdi>, to:
        </p>
        <ScopeList scopes={scopes} />
        <p className="text-sm text-base-content/75">
          You return to <bdi className="break-all font-medium">{host}</bdi>. You can withdraw your consent at any time
          under Connected apps.
        </p>
        <div className="flex flex-wrap gap-3">
          <button
            type="button"
            className="btn btn-primary"
            aria-disabled={isPending}
            onClick={() => run(() => onDecided(true))}
          >
            {isPending && <span className="loading loading-spinner loading-sm" aria-hidden="true" />}
            Allow
          </button>
          <button
            type="button"
            className="btn btn-outline"
            aria-disabled={isPending}
            onClick={() => run(() => onDecided(false))}
          >
            Don’t allow
          </button>
        </div>
      </div>
    </CardPage>
  );
};
