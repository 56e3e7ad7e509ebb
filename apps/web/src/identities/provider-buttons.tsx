import { ErrorNotice } from '../api/error-notice.tsx';
import { brand } from '../ui/brand.ts';
import { ProviderLogo } from './provider-logo.tsx';
import { useProvider } from './use-provider.ts';

type Props = { readonly returnTo: string | null; readonly isAgain?: boolean };

/** A button for each provider, below a form with a password. */
export const ProviderButtons = ({ returnTo, isAgain = false }: Props) => {
  const { leave, isPending, error } = useProvider({ returnTo, isAgain });
  if (brand.providers.length === 0) return null;
  return (
    <div className="mt-6 flex flex-col gap-3">
      <div className="divider my-0 text-sm text-base-content/75">or</div>
      {error !== undefined && <ErrorNotice error={error} />}
      {brand.providers.map(([name, label]) => (
        <button
          key={name}
          type="button"
          className="btn justify-start border-base-content/50 bg-base-100 font-medium"
          aria-disabled={isPending}
          onClick={() => leave(name)}
        >
          <ProviderLogo name={name} />
          <span className="grow text-center">
            Continue with <bdi>{label}</bdi>
          </span>
        </button>
      ))}
    </div>
  );
};
