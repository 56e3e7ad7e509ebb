import * as z from 'zod/mini';

/** The token of a link in a message: 256 bits in base64url. The link carries it in its fragment, which no server logs. */
export const linkToken = z.string().check(z.regex(/^[\w-]{43}$/), z.meta({ 'x-secret': true }));
