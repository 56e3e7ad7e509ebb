import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const folder = 'apps/web/dist';
const maxBytes = 130_000;

/** The scripts that index.html loads, and their static imports. */
const scriptsOf = (): string[] => {
  const seen = new Set(
    [...readFileSync(`${folder}/index.html`, 'utf8').matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
      ([, file = '']) => file,
    ),
  );
  for (const file of seen) {
    const imports = readFileSync(`${folder}/${file}`, 'utf8').matchAll(
      /(?:^|;)import(?:[^"'`();]*from)?["']\.\/([^"']+)["']/g,
    );
    for (const [, imported] of imports) seen.add(`assets/${imported}`);
  }
  return [...seen];
};

/** The first page may load 130 kB of JavaScript, gzipped. */
export const firstPage = (): string[] => {
  const sizes = scriptsOf().map((file) => gzipSync(readFileSync(`${folder}/${file}`)).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `  ${(total / 1000).toFixed(1)} kB of JavaScript, gzipped, in ${sizes.length} files; ${maxBytes / 1000} kB allowed`,
  );
  return total > maxBytes ? [`the first page loads ${total} bytes of JavaScript`] : [];
};
