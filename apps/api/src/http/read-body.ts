import { isUtf8 } from 'node:buffer';
import { fieldErrorAt, parseFields } from '@latchkey/contract/field-errors';
import type { ProblemCode } from '@latchkey/contract/problems';
import express, { type Request, type Response } from 'express';
import type * as z from 'zod/mini';
import { invalidRequest, Problem } from '../problem.ts';

const limits = {
  limit: '100kb',
  inflate: false,
  type: () => true,
  // The parsers would turn malformed UTF-8 into replacement characters, and so change the text.
  verify(_request: unknown, _response: unknown, bytes: Buffer, charset: string) {
    // The parsers also read UTF-7, UTF-16, UTF-32 and Latin-1, in which a proxy that inspects bodies would read another text.
    if (charset !== 'utf-8') throw new Problem('unsupported_media_type', 'Send the body in UTF-8.');
    if (!isUtf8(bytes)) throw new Error('not UTF-8');
  },
};

const encodings = {
  json: {
    type: 'application/json',
    // A number or string is valid JSON, too. The schema refuses it.
    parse: express.json({ ...limits, strict: false }),
    malformed: () => new Problem('malformed_json', 'The body is not valid JSON in UTF-8.'),
  },
  // A repeated field becomes a list, which the schema refuses (RFC 6749 §3.1 forbids repetition).
  form: {
    type: 'application/x-www-form-urlencoded',
    parse: express.urlencoded({ ...limits, extended: false }),
    malformed: () => invalidRequest([fieldErrorAt([], { code: 'malformed' })]),
  },
};

/** The errors of body-parser, by `type`: https://github.com/expressjs/body-parser#errors */
const parserProblems: Record<string, readonly [ProblemCode, string]> = {
  'entity.too.large': ['payload_too_large', 'The body can have at most 100 kB.'],
  'parameters.too.many': ['payload_too_large', 'The body can have at most 1,000 fields.'],
  'charset.unsupported': ['unsupported_media_type', 'Send the body in UTF-8.'],
  'encoding.unsupported': ['unsupported_media_type', 'Send the body without compression.'],
  // Nobody reads these two answers: the client has closed the connection.
  'request.aborted': ['malformed_request', 'The connection was closed before the whole body arrived.'],
  'request.size.invalid': ['malformed_request', 'The length of the body differs from Content-Length.'],
};

/** An error with a 4xx status is the client's; any other is an internal error. */
const toProblem = (error: Error & { type?: string; status?: number }, malformed: () => Problem): Error => {
  // Thrown by `verify`.
  if (error instanceof Problem) return error;
  const known = parserProblems[error.type ?? ''];
  if (known) return new Problem(...known);
  return error.status !== undefined && error.status < 500 ? malformed() : error;
};

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** A body with a thousand unknown fields gets this many errors. */
const maxErrors = 20;

/** @throws Problem `invalid_request`, with a message for each invalid field */
export const parseInput = <Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.output<Schema> => {
  const { data, errors } = parseFields(schema, input);
  if (errors) throw invalidRequest(errors.slice(0, maxErrors));
  return data;
};

/**
 * Reads and parses the body of a request; no body counts as an empty object.
 * @throws Problem of codes `unsupported_media_type`, `malformed_json`, `malformed_request`, `payload_too_large` or `invalid_request`
 */
export const readBody = async <Schema extends z.ZodMiniType>(
  schema: Schema,
  encoding: keyof typeof encodings,
  request: Request,
  response: Response,
): Promise<z.output<Schema>> => {
  if (hasBody(request)) {
    const { type, parse, malformed } = encodings[encoding];
    if (!request.is(type)) throw new Problem('unsupported_media_type', `Send the body as Content-Type: ${type}.`);
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: Error) => (error ? reject(toProblem(error, malformed)) : resolve()));
    });
  }
  return parseInput(schema, hasBody(request) ? request.body : {});
};
