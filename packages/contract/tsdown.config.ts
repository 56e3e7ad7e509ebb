import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/*.ts', '!src/*.test.ts'],
  // One file for each module, so that an app loads only those that it imports.
  unbundle: true,
  fixedExtension: false,
  dts: true,
});
