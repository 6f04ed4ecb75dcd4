CREATE TABLE `usage_count` (
	`series` integer NOT NULL,
	`span` integer NOT NULL,
	`at` integer NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`series`, `span`, `at`)
);
--> statement-breakpoint
CREATE TABLE `usage_missing` (
	`env_id` text NOT NULL,
	`key` text NOT NULL,
	`error` text NOT NULL,
	`n` integer NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`sdk` text NOT NULL,
	`app` text NOT NULL,
	PRIMARY KEY(`env_id`, `key`, `error`)
);
--> statement-breakpoint
CREATE TABLE `usage_reporter` (
	`env_id` text NOT NULL,
	`instance` text NOT NULL,
	`newest` integer NOT NULL,
	`before` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`env_id`, `instance`)
);
--> statement-breakpoint
CREATE TABLE `usage_series` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`env_id` text NOT NULL,
	`flag` text NOT NULL,
	`variation` text NOT NULL,
	`reason` text NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `usage_series_key` ON `usage_series` (`env_id`,`flag`,`variation`,`reason`);