CREATE TABLE `code_flag` (
	`project_id` text NOT NULL,
	`repository` text NOT NULL,
	`flag` text NOT NULL,
	`places` text NOT NULL,
	`count` integer NOT NULL,
	`by_hand` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`gone_at` integer,
	`gone_commit` text,
	PRIMARY KEY(`project_id`, `repository`, `flag`)
);
--> statement-breakpoint
CREATE INDEX `code_flag_flag` ON `code_flag` (`project_id`,`flag`);--> statement-breakpoint
CREATE INDEX `code_flag_gone` ON `code_flag` (`gone_at`);--> statement-breakpoint
CREATE TABLE `code_repository` (
	`project_id` text NOT NULL,
	`repository` text NOT NULL,
	`branch` text NOT NULL,
	`commit_sha` text NOT NULL,
	`scanned_at` integer NOT NULL,
	`url_template` text,
	`uploaded_by` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`project_id`, `repository`)
);
--> statement-breakpoint
CREATE TABLE `flag_reminder` (
	`project_id` text NOT NULL,
	`flag` text NOT NULL,
	`keep_until` integer,
	`keep_by` text,
	`keep_reason` text,
	`nudged_at` integer,
	`nudges` integer NOT NULL,
	`escalated_at` integer,
	`asked_at` integer,
	`revision` integer NOT NULL,
	PRIMARY KEY(`project_id`, `flag`)
);
--> statement-breakpoint
CREATE TABLE `lifecycle_day` (
	`project_id` text NOT NULL,
	`day` integer NOT NULL,
	`live` integer NOT NULL,
	`stale` integer NOT NULL,
	`ready` integer NOT NULL,
	PRIMARY KEY(`project_id`, `day`)
);
--> statement-breakpoint
CREATE INDEX `lifecycle_day_day` ON `lifecycle_day` (`day`);--> statement-breakpoint
CREATE TABLE `lifecycle_state` (
	`project_id` text PRIMARY KEY NOT NULL,
	`digest_slot` integer
);
--> statement-breakpoint
ALTER TABLE `env_item` ADD `served_since` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `env_item` SET `served_since` = COALESCE(
	(SELECT c.`at` FROM `env_change` c WHERE c.`env_id` = `env_item`.`env_id` AND c.`version` = `env_item`.`rev`),
	(SELECT max(a.`at`) FROM `document` d
		JOIN `audit_document` n ON n.`kind` = d.`kind` AND n.`id` = d.`id`
		JOIN `audit` a ON a.`seq` = n.`seq`
		WHERE d.`kind` = 'flag-config' AND d.`parent` = `env_item`.`env_id` AND d.`folded` = lower(`env_item`.`key`)),
	0) WHERE `kind` = 'flag';
