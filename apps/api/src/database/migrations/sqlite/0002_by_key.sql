-- The same tables, kept under their own keys (https://sqlite.org/withoutrowid.html): what is found by its key is found in
-- one descent, not in an index and then in the table. drizzle has no word for that, so a table that it makes anew needs it said again.
CREATE TABLE `attempts_by_key` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`until` integer NOT NULL,
	`retry_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `attempts_by_key` SELECT * FROM `attempts` ORDER BY `key`;--> statement-breakpoint
DROP TABLE `attempts`;--> statement-breakpoint
ALTER TABLE `attempts_by_key` RENAME TO `attempts`;--> statement-breakpoint
CREATE TABLE `revocations_by_key` (
	`session_id` text PRIMARY KEY NOT NULL,
	`before` integer NOT NULL,
	`until` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `revocations_by_key` SELECT * FROM `revocations` ORDER BY `session_id`;--> statement-breakpoint
DROP TABLE `revocations`;--> statement-breakpoint
ALTER TABLE `revocations_by_key` RENAME TO `revocations`;--> statement-breakpoint
CREATE TABLE `sessions_by_key` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`generation` integer NOT NULL,
	`created_at` integer NOT NULL,
	`refreshed_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	`user_agent` text,
	`address` text,
	`name` text,
	`audience` text,
	`scope` text,
	`issued_by` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`issued_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `sessions_by_key` SELECT * FROM `sessions` ORDER BY `id`;--> statement-breakpoint
DROP TABLE `sessions`;--> statement-breakpoint
ALTER TABLE `sessions_by_key` RENAME TO `sessions`;--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_issuer` ON `sessions` (`issued_by`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
-- It names the table that is about to be made anew.
DROP TRIGGER `events_not_removed`;--> statement-breakpoint
CREATE TABLE `users_by_key` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`username_folded` text NOT NULL,
	`display_name` text,
	`email` text,
	`email_folded` text,
	`email_verified_at` integer,
	`password_hash` text NOT NULL,
	`role` text NOT NULL,
	`metadata` text NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `users_by_key` SELECT * FROM `users` ORDER BY `id`;--> statement-breakpoint
DROP TABLE `users`;--> statement-breakpoint
ALTER TABLE `users_by_key` RENAME TO `users`;--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_folded` ON `users` (`username_folded`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_proved` ON `users` (`email_folded`) WHERE "users"."email_verified_at" is not null;--> statement-breakpoint
CREATE TRIGGER `events_not_removed` BEFORE DELETE ON `events` WHEN EXISTS (SELECT 1 FROM `users` WHERE `id` = OLD.`user_id`) BEGIN
	SELECT RAISE(ABORT, 'events go with their account only');
END;
