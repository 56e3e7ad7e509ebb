import { expect, it } from 'vitest';
import { faultsOfMigration } from './migrations.ts';

it.each([
  'DROP TABLE `users`;',
  'ALTER TABLE "users" DROP COLUMN "email";',
  'ALTER TABLE `users` RENAME COLUMN `email` TO `mail`;',
  'ALTER TABLE "users" RENAME TO "people";',
  'ALTER TABLE "users" ALTER COLUMN "email" SET NOT NULL;',
  'ALTER TABLE "users" ALTER COLUMN "email" SET DATA TYPE integer;',
  'CREATE TABLE `__new_users` (`id` text);',
  'ALTER TABLE `users` ADD `age` integer NOT NULL;',
  'ALTER TABLE "users" ADD COLUMN "age" integer NOT NULL;',
])('%s breaks the version before', (sql) => {
  expect(faultsOfMigration(`CREATE TABLE x (y text);--> statement-breakpoint\n${sql}`)).toHaveLength(1);
});

it.each([
  'CREATE TABLE "x" ("id" text PRIMARY KEY NOT NULL);',
  'ALTER TABLE `users` ADD `age` integer;',
  'ALTER TABLE `users` ADD `age` integer DEFAULT 0 NOT NULL;',
  'ALTER TABLE "users" ADD COLUMN "age" integer DEFAULT 0 NOT NULL;',
  'ALTER TABLE "users" ALTER COLUMN "email" DROP NOT NULL;',
  'CREATE INDEX "i" ON "x" ("id");',
  'DROP INDEX "i";',
])('%s does not', (sql) => {
  expect(faultsOfMigration(sql)).toEqual([]);
});

it('a migration that removes something, and says so to the version before, does not', () => {
  const moved = `UPDATE "marks" SET "at" = now() WHERE "name" = 'compatible since';`;
  expect(faultsOfMigration(`ALTER TABLE "users" DROP COLUMN "age";--> statement-breakpoint\n${moved}`)).toEqual([]);
});
