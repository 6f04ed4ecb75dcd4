CREATE TABLE `gate_check` (
	`rollout` text NOT NULL,
	`gate` text NOT NULL,
	`check_at` integer NOT NULL,
	`verdict` text,
	PRIMARY KEY(`rollout`, `gate`)
);
--> statement-breakpoint
CREATE INDEX `gate_check_at` ON `gate_check` (`check_at`);--> statement-breakpoint
CREATE TABLE `rollout` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`env_id` text NOT NULL,
	`flag` text NOT NULL,
	`drives` text,
	`state` text NOT NULL,
	`body` text NOT NULL,
	`started_by` text NOT NULL,
	`origin` text NOT NULL,
	`comment` text,
	`created_at` integer NOT NULL,
	`next_at` integer,
	`since_version` integer,
	`covered_since` integer,
	`incident` text,
	`evidence` text,
	`ended_at` integer,
	`revision` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rollout_drives_unique` ON `rollout` (`drives`);--> statement-breakpoint
CREATE INDEX `rollout_next` ON `rollout` (`next_at`);--> statement-breakpoint
CREATE INDEX `rollout_flag` ON `rollout` (`env_id`,`flag`,`updated_at`);--> statement-breakpoint
CREATE INDEX `rollout_project` ON `rollout` (`project_id`,`updated_at`);--> statement-breakpoint
CREATE TABLE `rollout_record` (
	`rollout` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`from_state` text NOT NULL,
	`to_state` text NOT NULL,
	`stage` integer,
	`percent` real NOT NULL,
	`cause` text,
	`actor` text NOT NULL,
	`change_id` text,
	`version` integer,
	PRIMARY KEY(`rollout`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `verdict` (
	`rollout` text NOT NULL,
	`gate` text NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`rollout`, `gate`, `at`)
);
--> statement-breakpoint
CREATE INDEX `verdict_at` ON `verdict` (`at`);