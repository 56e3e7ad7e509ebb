import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/create-latchkey.ts', axios: 'src/axios.ts', react: 'src/react.tsx' },
  platform: 'browser',
  fixedExtension: false,
  dts: true,
  tsconfig: 'tsconfig.build.json',
});
