/** Whether `If-None-Match` names this ETag, or any with `*`: the weak comparison of RFC 9110 §13.1.2. */
export const matchesEtag = (ifNoneMatch: string | undefined, etag: string): boolean => {
  if (ifNoneMatch?.trim() === '*') return true;
  const known: readonly string[] = ifNoneMatch?.match(/"[^"]*"/g) ?? [];
  return known.includes(etag.replace(/^W\//, ''));
};

/**
 * The seconds that `Prefer: wait=…` asks for, 0 where it does not (RFC 7240 §4.3). Names have no case, a value may be quoted,
 * and the first of several counts (§2).
 */
export const preferredWaitSeconds = (prefer = ''): number =>
  Number(/(?:^|,)\s*wait\s*=\s*"?(\d+)"?\s*(?:[,;]|$)/i.exec(prefer)?.[1] ?? 0);
