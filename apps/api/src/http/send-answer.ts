import { pipeline } from 'node:stream/promises';
import type { Endpoint } from '@latchkey/contract/endpoint';
import type { Response } from 'express';
import * as z from 'zod/mini';

const sendBody = (response: Response, type: string, text: string): void => {
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  // HEAD gets the length, too.
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
};

const writers = {
  json: (response: Response, answer: unknown) => sendBody(response, 'application/json', JSON.stringify(answer)),
  text: (response: Response, answer: unknown) => sendBody(response, 'text/plain', String(answer)),
  headers: (response: Response, answer: unknown) =>
    void response.setHeaders(new Map(Object.entries(answer as Record<string, string>))).end(),
  redirect: (response: Response, answer: unknown) => void response.setHeader('Location', String(answer)).end(),
};

/** Reads the next bytes only when the client has taken the last ones. */
const sendZip = async (response: Response, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  response.setHeader('Content-Type', 'application/zip');
  await pipeline(bytes, response).catch((error) => {
    // The client has closed the connection.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
};

/** Sends a handler's answer as the endpoint declares it; a member that the contract does not declare is left out. */
export const sendAnswer = (endpoint: Endpoint, response: Response, answer: unknown): void | Promise<void> => {
  response.statusCode = endpoint.status;
  if (endpoint.answers === 'zip') return sendZip(response, answer as AsyncIterable<Uint8Array>);
  if (endpoint.response) writers[endpoint.answers ?? 'json'](response, z.parse(endpoint.response, answer));
  else response.end();
};
