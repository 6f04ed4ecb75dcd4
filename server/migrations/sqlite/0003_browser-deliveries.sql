ALTER TABLE `delivery` ADD `browsers_sent` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `delivery` ADD `browsers_applied` integer DEFAULT 0 NOT NULL;