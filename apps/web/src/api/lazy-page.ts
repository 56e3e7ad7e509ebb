import { type ComponentType, lazy } from 'react';

/** Loads a chunk of the app, and tries a second time if the request fails. */
export const loadWithRetry = <Chunk>(load: () => Promise<Chunk>): Promise<Chunk> => load().catch(load);

/** Throws when the server cannot be reached. */
export const pingServer = (): Promise<unknown> => fetch('/health/live');

/**
 * After a deployment the old chunks are gone, and only the new index.html names the new ones. The history entry records the
 * reload, so that it happens once. When the browser is offline, the page stays.
 */
const reloadOnce = async (error: unknown): Promise<never> => {
  const { state } = window.history;
  if (state?.isReloaded) throw error;
  await pingServer();
  window.history.replaceState({ ...state, isReloaded: true }, '');
  window.location.reload();
  return new Promise(() => {});
};

/** A page whose code is loaded when the user goes there. If the app starts there, it loads while the session is checked. */
export const lazyPage = (path: string, load: () => Promise<{ default: ComponentType }>) => {
  if (window.location.pathname === path) load().catch(() => {});
  return lazy(() => loadWithRetry(load).catch(reloadOnce));
};
