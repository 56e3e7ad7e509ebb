/** What the app holds for the user who is signed in. */
export type Tokens = {
  readonly access_token: string;
  /** A tenth of its life before it expires, by the clock of this browser, in milliseconds since 1970. */
  readonly refreshAtMs: number;
  readonly refresh_token?: string;
  /** The claims of the ID token, which was verified when it arrived. */
  readonly user: User;
  /** For signing out. */
  readonly id_token: string;
};

/** The user, as far as the scopes tell (OpenID Connect Core §5.1). */
export type User = {
  readonly sub: string;
  readonly name?: string;
  readonly preferred_username?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
};

/** Keeps the tokens in the storage that all tabs of the app share. */
export const createTokenStorage = (storage: Storage, key: string) => {
  let text: string | null = null;
  let tokens: Tokens | undefined;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  // Fires in every tab but the one that wrote.
  window.addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) notify();
  });
  return {
    /** The same object as long as nothing changes. */
    read(): Tokens | undefined {
      const stored = storage.getItem(key);
      if (stored !== text) {
        text = stored;
        tokens = stored === null ? undefined : JSON.parse(stored);
      }
      return tokens;
    },
    write(next: Tokens): void {
      storage.setItem(key, JSON.stringify(next));
      notify();
    },
    clear(): void {
      storage.removeItem(key);
      notify();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
