import { type ComponentType, lazy } from 'react';

/** Loads a part of the app. When the request fails, it is made once more. */
export const loadTwice = <Part>(load: () => Promise<Part>): Promise<Part> => load().catch(load);

/** Throws when the server cannot be reached. */
export const reachServer = (): Promise<unknown> => fetch('/health/live');

/**
 * After an update the files of before are gone, and only a new index.html names the new ones. The history entry remembers that
 * it was reloaded, so that this happens once; offline the page stays.
 */
const reloadOnce = async (error: unknown): Promise<never> => {
  const { state } = window.history;
  if (state?.isReloaded) throw error;
  await reachServer();
  window.history.replaceState({ ...state, isReloaded: true }, '');
  window.location.reload();
  return new Promise(() => {});
};

/** A page whose code is loaded when somebody goes there. */
export const lazyPage = (load: () => Promise<{ default: ComponentType }>) =>
  lazy(() => loadTwice(load).catch(reloadOnce));
