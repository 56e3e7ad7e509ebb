import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';

export type TextAnswer = { readonly status: number; readonly etag: string | undefined; readonly text: string };

type Options = {
  readonly headers?: Record<string, string>;
  readonly timeoutMilliseconds: number;
  /** Of the body, in bytes. */
  readonly longest: number;
  readonly signal: AbortSignal;
};

const readText = async (answer: IncomingMessage, longest: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * One GET, which follows no redirect. Not `fetch`, whose connection keeps the process alive for as long as a long poll
 * lasts: this one is `unref`ed.
 * @throws whatever went wrong on the way, or took too long
 */
export const getText = (
  url: string,
  { headers = {}, timeoutMilliseconds, longest, signal }: Options,
): Promise<TextAnswer> =>
  new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const request = get(url, { headers, signal, agent: false }, (answer) => {
      readText(answer, longest)
        .then((text) => resolve({ status: answer.statusCode ?? 0, etag: answer.headers.etag, text }))
        .catch(reject)
        .finally(() => request.destroy());
    });
    const deadline = setTimeout(() => {
      request.destroy(new Error(`no answer within ${timeoutMilliseconds} ms`));
    }, timeoutMilliseconds).unref();
    request.on('socket', (socket) => socket.unref());
    // Of an address with two numbers, IPv4 and IPv6, Node gives an AggregateError without a message.
    request.on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`${url} cannot be reached: ${error.message || error.code}`, { cause: error }));
    });
    request.on('close', () => clearTimeout(deadline));
  });
