import type { CustomFetchOptions } from 'openid-client';

/** The discovery document of a large provider has 3 kB, its keys 5 kB. */
const maxBytes = 500_000;

const limited = async (body: ReadableStream<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the provider answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
};

/** Fetches the answer of a provider as a whole, unless it is huge. What it sends is a form. The signal of the caller ends a slow one. */
export const providerFetch = async (url: string, { body: sent, ...options }: CustomFetchOptions): Promise<Response> => {
  const answer = await fetch(url, { ...options, ...(sent && { body: String(sent) }) });
  const body = await limited(answer.body);
  // The status of an answer without content may have no body, not even an empty one.
  return new Response(body.length > 0 ? body : null, answer);
};
