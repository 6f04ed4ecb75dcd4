ALTER TABLE `env_item` ADD `served_since` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `env_item` SET `served_since` = COALESCE(
	(SELECT c.`at` FROM `env_change` c WHERE c.`env_id` = `env_item`.`env_id` AND c.`version` = `env_item`.`rev`),
	(SELECT max(a.`at`) FROM `document` d
		JOIN `audit_document` n ON n.`kind` = d.`kind` AND n.`id` = d.`id`
		JOIN `audit` a ON a.`seq` = n.`seq`
		WHERE d.`kind` = 'flag-config' AND d.`parent` = `env_item`.`env_id` AND d.`folded` = lower(`env_item`.`key`)),
	0) WHERE `kind` = 'flag';
