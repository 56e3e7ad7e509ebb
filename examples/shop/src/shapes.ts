import * as z from 'zod/mini';

const product = z.string().check(z.regex(/^[a-z0-9-]{1,40}$/, 'A product is 1 to 40 of a–z, 0–9 and -.'));

export const cart = z.strictObject({
  items: z
    .array(z.strictObject({ product, quantity: z.int().check(z.minimum(1), z.maximum(99)) }))
    .check(z.maxLength(100)),
});
export type Cart = z.output<typeof cart>;

export const wishes = z.strictObject({ products: z.array(product).check(z.maxLength(100)) });
export type Wishes = z.output<typeof wishes>;
