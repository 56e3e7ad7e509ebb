type Device = { readonly browser: string | null; readonly system: string | null };

/** `Firefox 140 on Android 16`, as far as it is known; nothing where nothing is. */
export const deviceInWords = ({ browser, system }: Device): string | undefined =>
  browser && system ? `${browser} on ${system}` : (browser ?? system ?? undefined);
