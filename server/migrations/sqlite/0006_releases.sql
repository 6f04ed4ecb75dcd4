CREATE TABLE `deploy` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`env_id` text NOT NULL,
	`service` text NOT NULL,
	`version` text NOT NULL,
	`attempt` integer NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`commit_sha` text,
	`commits` text NOT NULL,
	`url` text,
	`deployed_by` text,
	`reported_by` text NOT NULL,
	`reported_at` integer NOT NULL,
	`revision` integer NOT NULL,
	`settled_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deploy_attempt` ON `deploy` (`env_id`,`service`,`version`,`attempt`);--> statement-breakpoint
CREATE INDEX `deploy_started` ON `deploy` (`project_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `deploy_settled` ON `deploy` (`settled_at`);--> statement-breakpoint
CREATE TABLE `gate_check` (
	`rollout` text NOT NULL,
	`gate` text NOT NULL,
	`check_at` integer NOT NULL,
	`verdict` text,
	PRIMARY KEY(`rollout`, `gate`)
);
--> statement-breakpoint
CREATE INDEX `gate_check_at` ON `gate_check` (`check_at`);--> statement-breakpoint
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
	`source` text NOT NULL,
	`total` text,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `health_series_key` ON `health_series` (`env_id`,`flag`,`kind`,`name`,`stage`,`arm`,`variation`,`flag_version`,`source`);--> statement-breakpoint
CREATE TABLE `hook_message` (
	`integration` text NOT NULL,
	`message` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`integration`, `message`)
);
--> statement-breakpoint
CREATE INDEX `hook_message_at` ON `hook_message` (`at`);--> statement-breakpoint
CREATE TABLE `live_version` (
	`replica` text NOT NULL,
	`env_id` text NOT NULL,
	`service` text NOT NULL,
	`version` text NOT NULL,
	`instances` integer NOT NULL,
	`applied` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`env_id`, `replica`, `service`, `version`)
);
--> statement-breakpoint
CREATE TABLE `notice` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`channel_id` text NOT NULL,
	`event` text NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	`is_alone` integer NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`doubts` integer DEFAULT 0 NOT NULL,
	`is_in_flight` integer DEFAULT false NOT NULL,
	`batch` integer,
	`due_at` integer NOT NULL,
	`settled_at` integer,
	`last_error` text
);
--> statement-breakpoint
CREATE INDEX `notice_channel` ON `notice` (`channel_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `notice_state` ON `notice` (`state`,`channel_id`,`id`);--> statement-breakpoint
CREATE INDEX `notice_settled` ON `notice` (`settled_at`);--> statement-breakpoint
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
	`config_revision` integer,
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
CREATE INDEX `verdict_at` ON `verdict` (`at`);--> statement-breakpoint
ALTER TABLE `outbox` ADD `position` integer DEFAULT 0 NOT NULL;