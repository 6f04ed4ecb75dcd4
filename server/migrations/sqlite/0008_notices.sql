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
CREATE INDEX `notice_settled` ON `notice` (`settled_at`);