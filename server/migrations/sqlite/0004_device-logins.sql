CREATE TABLE `device_login` (
	`device` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`answer` text,
	`created_at` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`interval_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_login_code_unique` ON `device_login` (`code`);