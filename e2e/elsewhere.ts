import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Somebody else's web server: an empty page at every address, or with `?to=` a redirect that keeps method and body.
 * It has two names. By the host that Latchkey has it is another origin of the same site, to which the browser sends the
 * cookie even under SameSite=Strict; by number it is another site.
 * @param port 0 takes any that is free
 */
export const openElsewhere = async (port = 0) => {
  const visits: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url = '/', headers }, response) => {
    visits.push({ url, headers });
    const to = new URL(url, 'http://localhost').searchParams.get('to');
    if (to) response.writeHead(307, { Location: to }).end();
    else response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Elsewhere</title>');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.address() as AddressInfo).port;
  return {
    sameSite: `http://localhost:${taken}`,
    otherSite: `http://127.0.0.1:${taken}`,
    /** What it was asked for, in order. */
    visits,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
};

export type Elsewhere = Awaited<ReturnType<typeof openElsewhere>>;
