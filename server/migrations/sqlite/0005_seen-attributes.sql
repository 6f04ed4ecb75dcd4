CREATE TABLE `usage_seen` (
	`env_id` text NOT NULL,
	`kind` text NOT NULL,
	`attribute` text NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`env_id`, `kind`, `attribute`)
);
