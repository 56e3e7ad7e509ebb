import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './drizzle.sqlite.tables.cjs',
  out: './src/database/migrations/sqlite',
});
