import { isUtf8 } from 'node:buffer';
import type { FieldError } from '@latchkey/contract/problems';
import express, { type Request, type Response } from 'express';
import * as z from 'zod/mini';
import { invalidRequest, Problem } from './problem.ts';

const parseJson = express.json({
  limit: '100kb',
  inflate: false,
  type: () => true,
  // A lone number or text is JSON, too; that it is no object is for the schema to say.
  strict: false,
  // Broken UTF-8 would arrive as replacement characters: another text than the one that was sent.
  verify(_request, _response, bytes) {
    if (!isUtf8(bytes)) throw new Error('not UTF-8');
  },
});

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const fieldErrors = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.flatMap((issue) => {
    const at = (path: PropertyKey[]): string => path.map(String).join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: at([...issue.path, key]), message: `There is no field "${key}" here.` }))
      : [{ path: at(issue.path), message: issue.message }];
  });

/**
 * Reads and parses the body of a request; no body counts as an empty object.
 * @throws Problem of codes `unsupported_media_type`, `malformed_json`, `payload_too_large` or `invalid_request`
 */
export const readJson = async <Schema extends z.ZodMiniType>(
  schema: Schema,
  request: Request,
  response: Response,
): Promise<z.output<Schema>> => {
  if (hasBody(request)) {
    if (!request.is('application/json')) {
      throw new Problem('unsupported_media_type', 'Send JSON, with Content-Type: application/json.');
    }
    await new Promise<void>((resolve, reject) => {
      parseJson(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
  }
  const parsed = z.safeParse(schema, hasBody(request) ? request.body : {});
  if (!parsed.success) throw invalidRequest(fieldErrors(parsed.error.issues));
  return parsed.data;
};
