const port = Number(process.env.E2E_PORT ?? 4173);

const at = (port: number) => ({ port, origin: `http://localhost:${port}` });

/** As people run it. */
export const usual = at(port);
/** Its access tokens live for five seconds, so that journeys see them die. */
export const shortLived = at(port + 1);
/** It takes calls from the pages of `friend`. */
export const befriended = at(port + 2);
/** Somebody else's pages; its journey serves them. */
export const friend = at(port + 3);
