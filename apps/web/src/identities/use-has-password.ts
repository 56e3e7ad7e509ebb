import { listIdentities } from '@latchkey/contract/identities';
import { useApi } from '../api/session.ts';
import { useLoad } from '../api/use-load.ts';
import { brand } from '../ui/brand.ts';

/** Whether the user has a password; undefined until that is known. Without providers everybody has one. */
export const useHasPassword = (): boolean | undefined => {
  const api = useApi();
  const hasProviders = brand.providers.length > 0;
  const { data, error } = useLoad(async () => (hasProviders ? api.call(listIdentities) : undefined));
  // After a failure the form asks for the password, and the API says what is wrong.
  return hasProviders && error === undefined ? data?.hasPassword : true;
};
