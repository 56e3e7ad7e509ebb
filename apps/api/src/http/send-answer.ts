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

/** Sends a handler's answer as the endpoint declares it; a member that the contract does not declare is left out. */
export const sendAnswer = (endpoint: Endpoint, response: Response, answer: unknown): void => {
  response.statusCode = endpoint.status;
  if (endpoint.response) writers[endpoint.answers ?? 'json'](response, z.parse(endpoint.response, answer));
  else response.end();
};
