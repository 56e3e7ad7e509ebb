import { connect } from 'node:net';

/** Sends bytes to a server as they are and gives everything that came back until it hung up. */
export const exchange = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      received += text;
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });

/** One request in plain text that asks the server to hang up afterwards. */
export const request = (target: string, { method = 'GET', headers = [] as string[] } = {}): string =>
  [`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
