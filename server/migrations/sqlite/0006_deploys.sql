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
