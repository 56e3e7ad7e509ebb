ALTER TABLE `users` ADD `closed_at` integer;--> statement-breakpoint
CREATE INDEX `users_closed_at` ON `users` (`closed_at`) WHERE "users"."closed_at" is not null;