/** Whether `If-None-Match` matches this ETag by weak comparison (RFC 9110 §13.1.2). Our ETags contain no comma. */
export const matchesEtag = (ifNoneMatch = '', etag: string): boolean => {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
};

/**
 * The seconds in `Prefer: wait=…`, or 0 without one (RFC 7240 §4.3). Names are case-insensitive, a value may be quoted, and
 * the first of several counts (§2).
 */
export const preferredWaitSeconds = (prefer = ''): number => {
  const preferences = prefer.split(',').map((preference) => {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=');
    return { name: name.trim().toLowerCase(), value: value.trim() };
  });
  const wait = preferences.find(({ name }) => name === 'wait')?.value ?? '';
  return Number(/^"?(\d+)"?$/.exec(wait)?.[1] ?? 0);
};
