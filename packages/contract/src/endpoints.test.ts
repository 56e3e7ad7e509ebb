import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isEndpoint, operations } from './endpoints.ts';

const files = readdirSync(import.meta.dirname).filter((file) => /^[\w-]+\.ts$/.test(file));

it.each(files)('every endpoint that %s exports is an operation', async (file) => {
  const exported = Object.entries<unknown>(await import(/* @vite-ignore */ `./${file}`)).filter(([, value]) =>
    isEndpoint(value),
  );
  for (const [name, endpoint] of exported) expect(operations[name], name).toBe(endpoint);
});
