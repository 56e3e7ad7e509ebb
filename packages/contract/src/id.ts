import * as z from 'zod/mini';

/** The id of anything that Latchkey keeps. Every id is checked before it reaches a query. */
export const id = z.uuid('This is not an id.');
