CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`detail` text NOT NULL,
	`recipient` text,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`ended_at` integer,
	`fault` text
);
--> statement-breakpoint
CREATE INDEX `messages_due_at` ON `messages` (`due_at`) WHERE "messages"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `messages_ended_at` ON `messages` (`ended_at`) WHERE "messages"."ended_at" is not null;--> statement-breakpoint
CREATE TABLE `verifications` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text NOT NULL,
	`token_hash` text NOT NULL,
	`wrong_codes` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `verifications_token_hash` ON `verifications` (`token_hash`);--> statement-breakpoint
CREATE INDEX `verifications_user_id` ON `verifications` (`user_id`);--> statement-breakpoint
CREATE INDEX `verifications_expires_at` ON `verifications` (`expires_at`);--> statement-breakpoint
ALTER TABLE `users` ADD `pending_email` text;