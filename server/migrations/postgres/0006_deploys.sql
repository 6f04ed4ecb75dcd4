CREATE TABLE "deploy" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"env_id" text NOT NULL,
	"service" text NOT NULL,
	"version" text NOT NULL,
	"attempt" bigint NOT NULL,
	"status" text NOT NULL,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	"commit_sha" text,
	"commits" text NOT NULL,
	"url" text,
	"deployed_by" text,
	"reported_by" text NOT NULL,
	"reported_at" bigint NOT NULL,
	"revision" bigint NOT NULL,
	"settled_at" bigint
);
--> statement-breakpoint
CREATE TABLE "hook_message" (
	"integration" text NOT NULL,
	"message" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "hook_message_integration_message_pk" PRIMARY KEY("integration","message")
);
--> statement-breakpoint
CREATE TABLE "live_version" (
	"replica" text NOT NULL,
	"env_id" text NOT NULL,
	"service" text NOT NULL,
	"version" text NOT NULL,
	"instances" integer NOT NULL,
	"applied" text NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "live_version_env_id_replica_service_version_pk" PRIMARY KEY("env_id","replica","service","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "deploy_attempt" ON "deploy" USING btree ("env_id","service","version","attempt");--> statement-breakpoint
CREATE INDEX "deploy_started" ON "deploy" USING btree ("project_id","started_at");--> statement-breakpoint
CREATE INDEX "deploy_settled" ON "deploy" USING btree ("settled_at");--> statement-breakpoint
CREATE INDEX "hook_message_at" ON "hook_message" USING btree ("at");