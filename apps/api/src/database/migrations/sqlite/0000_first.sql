-- drizzle cannot express WITHOUT ROWID (https://sqlite.org/withoutrowid.html). Small rows that are found by their key are kept
-- under it, which saves a lookup. A migration that rebuilds one of these tables must repeat it. Rows of users are too long for it.
CREATE TABLE `events` (
	`user_id` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`actor` text NOT NULL,
	`actor_id` text,
	`session_id` text,
	`address` text,
	`user_agent` text,
	`detail` text NOT NULL,
	`hash_version` integer NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_user_id_number` ON `events` (`user_id`,`number`);--> statement-breakpoint
CREATE TABLE `passwords` (
	`user_id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`until` integer NOT NULL,
	`retry_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `rate_limits_until` ON `rate_limits` (`until`);--> statement-breakpoint
CREATE TABLE `revocations` (
	`session_id` text PRIMARY KEY NOT NULL,
	`before` integer NOT NULL,
	`until` integer NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `revocations_revision` ON `revocations` (`revision`,`session_id`);--> statement-breakpoint
CREATE INDEX `revocations_until` ON `revocations` (`until`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`authenticated_at` integer NOT NULL,
	`methods` text NOT NULL,
	`generation` integer NOT NULL,
	`spent_generation` integer DEFAULT 0 NOT NULL,
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
CREATE INDEX `sessions_user_id` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_issued_by` ON `sessions` (`issued_by`);--> statement-breakpoint
CREATE INDEX `sessions_expires_at` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_ended_at` ON `sessions` (`ended_at`) WHERE "sessions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX `sessions_api_token_expires_at` ON `sessions` (`expires_at`) WHERE "sessions"."kind" = 'api_token' and "sessions"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`number` integer NOT NULL,
	`algorithm` text NOT NULL,
	`id` text PRIMARY KEY NOT NULL,
	`sealed_private_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`active_at` integer NOT NULL,
	`revoked_at` integer,
	`expires_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_number` ON `signing_keys` (`number`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`username_folded` text NOT NULL,
	`display_name` text,
	`email` text,
	`email_folded` text,
	`email_verified_at` integer,
	`role` text NOT NULL,
	`metadata` text NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username_folded` ON `users` (`username_folded`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_folded` ON `users` (`email_folded`) WHERE "users"."email_verified_at" is not null;--> statement-breakpoint
CREATE TRIGGER `events_not_changed` BEFORE UPDATE ON `events` BEGIN
	SELECT RAISE(ABORT, 'events are only ever added');
END;--> statement-breakpoint
CREATE TRIGGER `events_not_removed` BEFORE DELETE ON `events` WHEN EXISTS (SELECT 1 FROM `users` WHERE `id` = OLD.`user_id`) BEGIN
	SELECT RAISE(ABORT, 'events go with their account only');
END;
