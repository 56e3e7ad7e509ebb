import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/require-auth.ts', problem: 'src/problem.ts' },
  fixedExtension: false,
  dts: true,
  // The types need the sources of the contract; the tests need those of the API.
  tsconfig: 'tsconfig.build.json',
  deps: { alwaysBundle: [/^@latchkey\/contract/] },
});
