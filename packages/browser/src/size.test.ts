import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';

it('weighs at most 15 kB, minified and gzipped, with its dependencies', async () => {
  const entry = fileURLToPath(new URL('./create-latchkey.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: true, lib: { entry, formats: ['es'] } },
  });
  const [{ output } = expect.fail('nothing was built')] = [built].flat() as { output: { code?: string }[] }[];
  const bytes = gzipSync(output.map(({ code = '' }) => code).join('')).length;
  expect(bytes).toBeGreaterThan(3_000);
  expect(bytes).toBeLessThanOrEqual(15_000);
});
