type Device = { readonly browser: string | null; readonly system: string | null };

/** `Firefox 140 on Android 16`, or the part that is known. */
export const deviceLabel = ({ browser, system }: Device): string | undefined =>
  browser && system ? `${browser} on ${system}` : (browser ?? system ?? undefined);
