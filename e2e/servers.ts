const port = Number(process.env.E2E_PORT ?? 4173);

const at = (port: number) => ({ port, origin: `http://localhost:${port}` });

/** The default settings. */
export const mainServer = at(port);
/** Access tokens expire after five seconds. */
export const shortLived = at(port + 1);
/** Allows cross-origin requests from `allowedSite`. */
export const corsServer = at(port + 2);
/** Another origin; the test starts its server. */
export const allowedSite = at(port + 3);
/** Sends e-mail to the mailbox, whose messages are at `mailbox.origin`. */
export const mailServer = at(port + 5);
export const mailbox = { ...at(port + 6), smtpPort: port + 7 };
/** Signs people in with `provider`, an OpenID Provider that accepts any name. */
export const identityServer = at(port + 8);
export const provider = { port: port + 9, origin: `http://127.0.0.1:${port + 9}` };
/** Has its own name, color, logo and links, and no registration. */
export const brandServer = at(port + 4);

/** The servers of Latchkey: each has a database of its own. */
export const latchkeys = [mainServer, shortLived, corsServer, brandServer, mailServer, identityServer];

export const databaseNameOf = ({ port }: typeof mainServer): string => `latchkey_${port}`;

/** In PostgreSQL if `pnpm steady --processes` has started one, otherwise a file of the run. */
export const databaseUrlOf = (latchkey: typeof mainServer): string =>
  process.env.E2E_POSTGRES
    ? `${process.env.E2E_POSTGRES}/${databaseNameOf(latchkey)}`
    : `file:${process.env.E2E_FOLDER}/${databaseNameOf(latchkey)}.db`;
