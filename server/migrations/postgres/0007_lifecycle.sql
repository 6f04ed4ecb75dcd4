CREATE TABLE "code_flag" (
	"project_id" text NOT NULL,
	"repository" text NOT NULL,
	"flag" text NOT NULL,
	"places" text NOT NULL,
	"count" bigint NOT NULL,
	"by_hand" bigint NOT NULL,
	"first_seen_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"gone_at" bigint,
	"gone_commit" text,
	CONSTRAINT "code_flag_project_id_repository_flag_pk" PRIMARY KEY("project_id","repository","flag")
);
--> statement-breakpoint
CREATE TABLE "code_repository" (
	"project_id" text NOT NULL,
	"repository" text NOT NULL,
	"branch" text NOT NULL,
	"commit_sha" text NOT NULL,
	"scanned_at" bigint NOT NULL,
	"url_template" text,
	"uploaded_by" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "code_repository_project_id_repository_pk" PRIMARY KEY("project_id","repository")
);
--> statement-breakpoint
CREATE TABLE "flag_reminder" (
	"project_id" text NOT NULL,
	"flag" text NOT NULL,
	"keep_until" bigint,
	"keep_by" text,
	"keep_reason" text,
	"nudged_at" bigint,
	"nudges" bigint NOT NULL,
	"escalated_at" bigint,
	"asked_at" bigint,
	"revision" bigint NOT NULL,
	CONSTRAINT "flag_reminder_project_id_flag_pk" PRIMARY KEY("project_id","flag")
);
--> statement-breakpoint
CREATE TABLE "lifecycle_day" (
	"project_id" text NOT NULL,
	"day" bigint NOT NULL,
	"live" bigint NOT NULL,
	"stale" bigint NOT NULL,
	"ready" bigint NOT NULL,
	CONSTRAINT "lifecycle_day_project_id_day_pk" PRIMARY KEY("project_id","day")
);
--> statement-breakpoint
CREATE TABLE "lifecycle_state" (
	"project_id" text PRIMARY KEY NOT NULL,
	"digest_slot" bigint
);
--> statement-breakpoint
ALTER TABLE "env_item" ADD COLUMN "served_since" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "code_flag_flag" ON "code_flag" USING btree ("project_id","flag");--> statement-breakpoint
CREATE INDEX "code_flag_gone" ON "code_flag" USING btree ("gone_at");--> statement-breakpoint
CREATE INDEX "lifecycle_day_day" ON "lifecycle_day" USING btree ("day");--> statement-breakpoint
UPDATE "env_item" SET "served_since" = COALESCE(
	(SELECT c."at" FROM "env_change" c WHERE c."env_id" = "env_item"."env_id" AND c."version" = "env_item"."rev"),
	(SELECT max(a."at") FROM "document" d
		JOIN "audit_document" n ON n."kind" = d."kind" AND n."id" = d."id"
		JOIN "audit" a ON a."seq" = n."seq"
		WHERE d."kind" = 'flag-config' AND d."parent" = "env_item"."env_id" AND d."folded" = lower("env_item"."key")),
	0) WHERE "kind" = 'flag';
