CREATE TABLE `answer` (
	`principal` text NOT NULL,
	`key` text NOT NULL,
	`request` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`principal`, `key`)
);
--> statement-breakpoint
CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`origin` text NOT NULL,
	`action` text NOT NULL,
	`project` text,
	`change_id` text NOT NULL,
	`environments` text NOT NULL,
	`documents` text NOT NULL,
	`content` text,
	`content_hash` text NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_change` ON `audit` (`change_id`);--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `audit_document` (
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`key` text NOT NULL,
	PRIMARY KEY(`kind`, `id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `audit_document_key` ON `audit_document` (`key`,`seq`);--> statement-breakpoint
CREATE TABLE `audit_environment` (
	`seq` integer NOT NULL,
	`key` text NOT NULL,
	PRIMARY KEY(`key`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `audit_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `counter` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `delivery` (
	`env_id` text NOT NULL,
	`version` integer NOT NULL,
	`replica` text NOT NULL,
	`connected` integer NOT NULL,
	`applied` integer NOT NULL,
	`gone` integer NOT NULL,
	`sketch` text NOT NULL,
	`slowest_ms` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`env_id`, `version`, `replica`)
);
--> statement-breakpoint
CREATE TABLE `document` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`parent` text NOT NULL,
	`key` text NOT NULL,
	`folded` text NOT NULL,
	`revision` integer NOT NULL,
	`body` text NOT NULL,
	`deleted` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `document_key` ON `document` (`kind`,`parent`,`folded`);--> statement-breakpoint
CREATE TABLE `env` (
	`id` text PRIMARY KEY NOT NULL,
	`epoch` text NOT NULL,
	`version` integer NOT NULL,
	`digest` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `env_change` (
	`env_id` text NOT NULL,
	`version` integer NOT NULL,
	`change_id` text NOT NULL,
	`ops` text NOT NULL,
	`bytes` integer NOT NULL,
	`digest` text NOT NULL,
	`urgent` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`env_id`, `version`),
	FOREIGN KEY (`env_id`) REFERENCES `env`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `env_item` (
	`env_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`rev` integer NOT NULL,
	`schema` integer NOT NULL,
	`body` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`env_id`, `kind`, `key`),
	FOREIGN KEY (`env_id`) REFERENCES `env`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`topic` text NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	`due_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`due_at`);--> statement-breakpoint
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`member` text NOT NULL,
	`csrf` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `session_member` ON `session` (`member`);