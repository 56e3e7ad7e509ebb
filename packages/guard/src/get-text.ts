import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';

export type TextAnswer = { readonly status: number; readonly etag: string | undefined; readonly text: string };

type Options = {
  readonly headers?: Record<string, string>;
  readonly timeoutMilliseconds: number;
  /** Of the body. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
};

const readText = async (answer: IncomingMessage, maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * Sends one GET and follows no redirect. Not with `fetch`, whose connection keeps the process alive during a long poll; this
 * connection is `unref`ed.
 * @throws Error if the server cannot be reached, or the answer is late or too long
 */
export const getText = (
  url: string,
  { headers = {}, timeoutMilliseconds, maxBytes, signal }: Options,
): Promise<TextAnswer> =>
  new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const request = get(url, { headers, signal, agent: false }, (answer) => {
      readText(answer, maxBytes)
        .then((text) => resolve({ status: answer.statusCode ?? 0, etag: answer.headers.etag, text }))
        .catch(reject)
        .finally(() => request.destroy());
    });
    const deadline = setTimeout(() => {
      request.destroy(new Error(`no answer within ${timeoutMilliseconds} ms`));
    }, timeoutMilliseconds).unref();
    request.on('socket', (socket) => socket.unref());
    // If a host name has several addresses, Node gives an AggregateError without a message.
    request.on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`${url} cannot be reached: ${error.message || error.code}`, { cause: error }));
    });
    request.on('close', () => clearTimeout(deadline));
  });
