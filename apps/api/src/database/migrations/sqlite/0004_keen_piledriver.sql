ALTER TABLE `revocations` ADD `revision` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `revocations_revision` ON `revocations` (`revision`,`session_id`);--> statement-breakpoint
CREATE INDEX `revocations_until` ON `revocations` (`until`);--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `expires_at` integer;--> statement-breakpoint
CREATE INDEX `attempts_until` ON `attempts` (`until`);--> statement-breakpoint
CREATE INDEX `sessions_ended` ON `sessions` (`ended_at`) WHERE "sessions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX `sessions_token_expiry` ON `sessions` (`expires_at`) WHERE ("sessions"."name" is not null and "sessions"."ended_at" is null);