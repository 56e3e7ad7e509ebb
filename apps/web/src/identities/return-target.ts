import { returnTo } from '../sessions/return-to.ts';

const key = 'latchkey.return-to';

/** Keeps the page to open after the way to a provider and back, for this tab. */
export const keepReturnTarget = (target: string | null): void => {
  if (target === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, target);
};

export const returnTarget = (): string | null => sessionStorage.getItem(key);

/** The page to open now that the user has signed in. It is then forgotten. */
export const takeReturnPath = (): string => {
  const path = returnTo(returnTarget(), window.location.origin);
  sessionStorage.removeItem(key);
  return path;
};
