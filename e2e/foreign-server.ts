import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A web server of another origin: an empty page at every path, or with `?to=` a redirect that keeps the method and the body.
 * It has two names. As `localhost` it is another origin of Latchkey's site, to which the browser sends the cookies in spite of
 * SameSite=Strict; as `127.0.0.1` it is another site.
 * @param port 0 takes any free port
 */
export const startForeignServer = async (port = 0) => {
  const requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url = '/', headers }, response) => {
    requests.push({ url, headers });
    const to = new URL(url, 'http://localhost').searchParams.get('to');
    if (to) response.writeHead(307, { Location: to }).end();
    else response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Foreign server</title>');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const openPort = (server.address() as AddressInfo).port;
  return {
    sameSite: `http://localhost:${openPort}`,
    otherSite: `http://127.0.0.1:${openPort}`,
    /** The requests so far, in order. */
    requests,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
};

export type ForeignServer = Awaited<ReturnType<typeof startForeignServer>>;
