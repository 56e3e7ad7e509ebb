import { createClient } from '@latchkey/contract/axios-client';
import { type Client, ProblemError } from '@latchkey/contract/client';
import { problemMessage } from '@latchkey/contract/problem-texts';
import axios from 'axios';

type Options = {
  /** The access token to send, if there is one. */
  readonly accessToken: () => string | undefined;
  /** Called with the `Date` header of each response. */
  readonly onDate: (date: unknown) => void;
};

/** Replaces the detail of a problem, which is for developers, by its text for the user. */
const throwWithText = (error: unknown): never => {
  if (!(error instanceof ProblemError)) throw error;
  const { problem, retryAfterSeconds } = error;
  throw new ProblemError({ ...problem, detail: problemMessage(problem) }, retryAfterSeconds);
};

/** The API's clients. In a module of their own because the sign-in form appears without axios, a sixth of all code. */
export const createHttpClients = ({ accessToken, onDate }: Options) => {
  const make = (timeout: number): Client => {
    const http = axios.create({ timeout });
    http.interceptors.request.use((request) => {
      const token = accessToken();
      if (token) request.headers.set('Authorization', `Bearer ${token}`);
      return request;
    });
    http.interceptors.response.use((response) => {
      onDate(response.headers.date);
      return response;
    });
    const client = createClient(http);
    return (endpoint, ...input) => client(endpoint, ...input).catch(throwWithText);
  };
  // The API accepts a used refresh token for ten more seconds: after a lost response, the client must retry within them.
  return { send: make(20_000), sendWithShortTimeout: make(4_000) };
};
