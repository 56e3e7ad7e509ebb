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

/** One request in plain text, which asks the server to hang up afterwards unless it is told otherwise. */
export const request = (target: string, headers: readonly string[] = ['Connection: close']): string =>
  [`GET ${target} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
