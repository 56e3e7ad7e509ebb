import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';

/** The folder of the package that a bundled module comes from. */
const packageOf = (module: string): string | undefined => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];

const licenceOf = (folder: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : ''}\n`;
};

export default defineConfig({
  entry: { index: 'src/start-latchkey.ts', 'hash-worker': '../../apps/api/src/hashing/hash-worker.ts' },
  fixedExtension: false,
  dts: { generator: 'oxc', entry: 'src/start-latchkey.ts' },
  deps: { neverBundle: ['pg-native', /^swagger-ui-dist/] },
  plugins: [
    {
      // Most licences of the bundled packages require that their text comes along.
      name: 'licences',
      generateBundle(_options, bundle) {
        const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
        const folders = new Set(modules.map(packageOf).filter((folder) => folder !== undefined));
        const licences = [...folders].filter((folder) => existsSync(`${folder}/package.json`)).map(licenceOf);
        this.emitFile({
          type: 'asset',
          fileName: 'LICENSES.txt',
          source: licences.sort().join(`\n${'-'.repeat(80)}\n\n`),
        });
      },
    },
    {
      name: 'migrations',
      writeBundle: () => cpSync('../../apps/api/src/database/migrations', 'dist/migrations', { recursive: true }),
    },
  ],
});
