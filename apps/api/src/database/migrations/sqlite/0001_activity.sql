CREATE TABLE `events` (
	`user_id` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`session_id` text,
	`address` text,
	`user_agent` text,
	`detail` text,
	`hash` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_number` ON `events` (`user_id`,`number`);--> statement-breakpoint
ALTER TABLE `attempts` ADD `retry_at` integer;--> statement-breakpoint
CREATE TRIGGER `events_not_changed` BEFORE UPDATE ON `events` BEGIN
	SELECT RAISE(ABORT, 'events are only ever added');
END;--> statement-breakpoint
CREATE TRIGGER `events_not_removed` BEFORE DELETE ON `events` WHEN EXISTS (SELECT 1 FROM `users` WHERE `id` = OLD.`user_id`) BEGIN
	SELECT RAISE(ABORT, 'events go with their account only');
END;
