import type * as z from 'zod/mini';
import { toJSONSchema } from 'zod/mini';
import type { Endpoint } from './endpoint.ts';

/** The names of all fields with `.meta({ 'x-secret': true })` in these endpoints. Logs must redact them. */
export const secretFields = (endpoints: readonly Endpoint[]): ReadonlySet<string> => {
  const names = new Set<string>();
  const schemas = endpoints.flatMap(({ body, response }) => [body, response]).filter((schema) => schema !== undefined);
  for (const schema of schemas) {
    const { properties = {} } = toJSONSchema(schema as z.ZodMiniType, { io: 'input', unrepresentable: 'any' });
    for (const [name, property] of Object.entries(properties)) {
      if (typeof property === 'object' && 'x-secret' in property) names.add(name);
    }
  }
  return names;
};
