import * as z from 'zod/mini';

/** An id of any row. Every id is validated before it reaches a query. */
export const id = z.uuid('This is not a valid id.');
