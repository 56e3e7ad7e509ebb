import * as z from 'zod/mini';

/** A user, as returned to its owner. Times are RFC 3339 in UTC. */
export const user = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.nullable(z.string()),
  email: z.nullable(z.string()),
  emailVerified: z.boolean(),
  /** The address that replaces `email` when its owner has verified it. */
  pendingEmail: z.nullable(z.string()),
  /** Whether a sign-in from a new device sends a message to the verified address. */
  notifySignIns: z.boolean(),
  role: z.enum(['user', 'admin']),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type User = z.output<typeof user>;
