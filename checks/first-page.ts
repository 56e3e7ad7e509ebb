import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const folder = 'apps/web/dist';

/** These scripts and their static imports. */
const withImports = (scripts: readonly string[]): string[] => {
  const seen = new Set(scripts);
  for (const file of seen) {
    const imports = readFileSync(`${folder}/${file}`, 'utf8').matchAll(
      /(?:^|;)import(?:[^"'`();]*from)?["']\.\/([^"']+)["']/g,
    );
    for (const [, imported] of imports) seen.add(`assets/${imported}`);
  }
  return [...seen];
};

/** The scripts that index.html loads. */
const firstScripts = (): string[] =>
  withImports(
    [...readFileSync(`${folder}/index.html`, 'utf8').matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(
      ([, file = '']) => file,
    ),
  );

/** The scripts that a page loads when the user types a new password. The folder may hold those of an earlier build, too. */
const strengthMeter = (): string[] => {
  const loaded = firstScripts();
  const [file] = loaded.flatMap(
    (script) => /assets\/password-strength-[\w-]+\.js/.exec(readFileSync(`${folder}/${script}`, 'utf8')) ?? [],
  );
  if (!file) throw new Error(`${folder} has no chunk named password-strength`);
  return withImports([file]).filter((script) => !loaded.includes(script));
};

const limits = [
  { what: 'the first page, gzipped', scripts: firstScripts, compress: gzipSync, maxBytes: 116_000 },
  { what: 'the first page, with brotli', scripts: firstScripts, compress: brotliCompressSync, maxBytes: 103_000 },
  { what: 'the strength meter, with brotli', scripts: strengthMeter, compress: brotliCompressSync, maxBytes: 120_000 },
] as const;

/** How much JavaScript the first page and the strength meter may load. */
export const firstPage = (): string[] =>
  limits.flatMap(({ what, scripts, compress, maxBytes }) => {
    const sizes = scripts().map((file) => compress(readFileSync(`${folder}/${file}`)).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const kilobytes = (total / 1000).toFixed(1);
    console.log(`  ${what}: ${kilobytes} kB of JavaScript in ${sizes.length} files; ${maxBytes / 1000} kB allowed`);
    return total > maxBytes ? [`${what}: ${total} bytes of JavaScript`] : [];
  });
