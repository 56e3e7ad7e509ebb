const port = Number(process.env.E2E_PORT ?? 4173);

/** As people run it. */
export const usual = { port, origin: `http://localhost:${port}` };
/** Its access tokens live for five seconds, so that journeys see them die. */
export const shortLived = { port: port + 1, origin: `http://localhost:${port + 1}` };
