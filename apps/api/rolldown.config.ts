import { cpSync } from 'node:fs';
import { defineConfig } from 'rolldown';

/** A bundle with the files that it finds beside itself. */
const bundle = (dir: string, input: Record<string, string>) =>
  defineConfig({
    input: { ...input, 'hash-worker': 'src/hashing/hash-worker.ts' },
    platform: 'node',
    // What these bring beside their code (native binaries, a worker, pages) is found in node_modules when running.
    external: ['@node-rs/argon2', 'better-sqlite3', 'piscina', 'swagger-ui-dist', 'pg-native'],
    output: { dir, cleanDir: true, chunkFileNames: '[name].js' },
    plugins: [
      {
        name: 'migrations',
        writeBundle: () => cpSync('src/database/migrations', `${dir}/migrations`, { recursive: true }),
      },
    ],
  });

// Apart, so that the server starts from one file. The commands are for machines without the source, such as a container.
export default [bundle('dist', { main: 'src/main.ts' }), bundle('dist/cli', { cli: 'src/cli.ts' })];
