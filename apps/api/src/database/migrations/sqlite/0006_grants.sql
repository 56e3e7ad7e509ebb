CREATE TABLE `device_requests` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_code_hash` text NOT NULL,
	`app_id` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`polled_at` integer,
	`user_id` text,
	`is_allowed` integer,
	`authenticated_at` integer,
	`methods` text,
	FOREIGN KEY (`app_id`) REFERENCES `apps`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_requests_user_code_hash` ON `device_requests` (`user_code_hash`);--> statement-breakpoint
CREATE INDEX `device_requests_expires_at` ON `device_requests` (`expires_at`);--> statement-breakpoint
CREATE INDEX `device_requests_app_id` ON `device_requests` (`app_id`);--> statement-breakpoint
CREATE INDEX `device_requests_user_id` ON `device_requests` (`user_id`);--> statement-breakpoint
CREATE TABLE `used_assertions` (
	`hash` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `used_assertions_expires_at` ON `used_assertions` (`expires_at`);--> statement-breakpoint
ALTER TABLE `apps` ADD `public_key` text;--> statement-breakpoint
ALTER TABLE `apps` ADD `service_user_id` text;--> statement-breakpoint
ALTER TABLE `apps` ADD `is_device` integer DEFAULT false NOT NULL;