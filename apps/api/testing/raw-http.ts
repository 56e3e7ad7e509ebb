import { connect } from 'node:net';

/** Sends bytes to a server and returns everything that it sends until it closes the connection. */
export const exchange = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      received += text;
    });
    // A server that answers early may reset the connection during the request.
    socket.on('error', (error) => received === '' && reject(error)).on('close', () => resolve(received));
  });

/** The text of a request. By default it asks the server to close the connection. */
export const request = (target: string, headers: readonly string[] = ['Connection: close']): string =>
  [`GET ${target} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');

/** Pipelines requests on one connection, which is cheap enough for a flood. Returns the status of each. */
export const flood = async (
  port: number,
  requests: readonly { readonly target: string; readonly headers?: readonly string[] }[],
): Promise<number[]> => {
  const texts = requests.map(({ target, headers = [] }, index) =>
    request(target, [...headers, `Connection: ${index === requests.length - 1 ? 'close' : 'keep-alive'}`]),
  );
  const answers = await exchange(port, texts.join(''));
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
};

/** Sends a request, and its body only after authentication and then `happens`. Returns the answer. */
export const sendSlowly = (
  { port, bodyAwaited }: { readonly port: number; readonly bodyAwaited: () => Promise<void> },
  target: string,
  token: string,
  body: object,
  happens: () => Promise<unknown>,
): Promise<string> => {
  const text = JSON.stringify(body);
  const head = [
    `${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return new Promise((resolve, reject) => {
    const arrive = async (): Promise<void> => {
      const awaited = bodyAwaited();
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      await awaited;
      await happens();
      socket.write(text);
    };
    const socket = connect(port, '127.0.0.1', () => void arrive().catch(reject));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });
};
