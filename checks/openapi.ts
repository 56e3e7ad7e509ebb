import { createConfig, lintFromString } from '@redocly/openapi-core';
import { operations } from '../packages/contract/src/endpoints.ts';
import { openapi } from '../packages/contract/src/openapi.ts';

/** The OpenAPI document must follow Redocly's recommended rules, so that client generators understand it. */
export const openapiFaults = async (): Promise<string[]> => {
  const source = JSON.stringify(openapi(operations, 'https://accounts.latchkey.test'));
  const config = await createConfig({
    extends: ['recommended'],
    // An endpoint may answer with a redirect only.
    rules: { 'operation-2xx-response': 'off' },
  });
  const problems = await lintFromString({ source, config });
  return problems.map(
    ({ ruleId, severity, message, location: [at] }) =>
      `${severity} ${ruleId}: ${message} (${at && 'pointer' in at ? at.pointer : ''})`,
  );
};
