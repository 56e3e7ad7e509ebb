import { cpSync } from 'node:fs';
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'src/main.ts', 'hash-worker': 'src/hashing/hash-worker.ts' },
  platform: 'node',
  // What these bring beside their code (native binaries, a worker, pages) is found in node_modules when running.
  external: ['@node-rs/argon2', 'better-sqlite3', 'piscina', 'swagger-ui-dist', 'pg-native'],
  output: { dir: 'dist', cleanDir: true, chunkFileNames: '[name].js' },
  plugins: [
    {
      name: 'migrations',
      writeBundle: () => cpSync('src/database/migrations', 'dist/migrations', { recursive: true }),
    },
  ],
});
