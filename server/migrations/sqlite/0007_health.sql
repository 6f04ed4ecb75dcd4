CREATE TABLE `health_part` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`series` integer NOT NULL,
	`span` integer NOT NULL,
	`at` integer NOT NULL,
	`n` integer NOT NULL,
	`sum` real NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `health_part_series` ON `health_part` (`series`,`span`,`at`);--> statement-breakpoint
CREATE INDEX `health_part_span` ON `health_part` (`span`,`at`);--> statement-breakpoint
CREATE TABLE `health_series` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`env_id` text NOT NULL,
	`flag` text NOT NULL,
	`flag_version` integer NOT NULL,
	`variation` text NOT NULL,
	`arm` text NOT NULL,
	`stage` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`total` text,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `health_series_key` ON `health_series` (`env_id`,`flag`,`kind`,`name`,`stage`,`arm`,`variation`,`flag_version`);