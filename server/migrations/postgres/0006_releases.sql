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
CREATE TABLE "gate_check" (
	"rollout" text NOT NULL,
	"gate" text NOT NULL,
	"check_at" bigint NOT NULL,
	"verdict" text,
	CONSTRAINT "gate_check_rollout_gate_pk" PRIMARY KEY("rollout","gate")
);
--> statement-breakpoint
CREATE TABLE "health_part" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"series" bigint NOT NULL,
	"span" bigint NOT NULL,
	"at" bigint NOT NULL,
	"n" bigint NOT NULL,
	"sum" double precision NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "health_series" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"env_id" text NOT NULL,
	"flag" text NOT NULL,
	"flag_version" bigint NOT NULL,
	"variation" text NOT NULL,
	"arm" text NOT NULL,
	"stage" bigint NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"source" text NOT NULL,
	"total" text,
	"last_at" bigint NOT NULL
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
CREATE TABLE "notice" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"event" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"at" bigint NOT NULL,
	"is_alone" boolean NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"doubts" integer DEFAULT 0 NOT NULL,
	"is_in_flight" boolean DEFAULT false NOT NULL,
	"batch" bigint,
	"due_at" bigint NOT NULL,
	"settled_at" bigint,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "rollout" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"env_id" text NOT NULL,
	"flag" text NOT NULL,
	"drives" text,
	"state" text NOT NULL,
	"body" text NOT NULL,
	"started_by" text NOT NULL,
	"origin" text NOT NULL,
	"comment" text,
	"created_at" bigint NOT NULL,
	"next_at" bigint,
	"since_version" bigint,
	"covered_since" bigint,
	"config_revision" bigint,
	"incident" text,
	"evidence" text,
	"ended_at" bigint,
	"revision" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "rollout_drives_unique" UNIQUE("drives")
);
--> statement-breakpoint
CREATE TABLE "rollout_record" (
	"rollout" text NOT NULL,
	"seq" bigint NOT NULL,
	"at" bigint NOT NULL,
	"from_state" text NOT NULL,
	"to_state" text NOT NULL,
	"stage" bigint,
	"percent" double precision NOT NULL,
	"cause" text,
	"actor" text NOT NULL,
	"change_id" text,
	"version" bigint,
	CONSTRAINT "rollout_record_rollout_seq_pk" PRIMARY KEY("rollout","seq")
);
--> statement-breakpoint
CREATE TABLE "verdict" (
	"rollout" text NOT NULL,
	"gate" text NOT NULL,
	"at" bigint NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "verdict_rollout_gate_at_pk" PRIMARY KEY("rollout","gate","at")
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "position" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "deploy_attempt" ON "deploy" USING btree ("env_id","service","version","attempt");--> statement-breakpoint
CREATE INDEX "deploy_started" ON "deploy" USING btree ("project_id","started_at");--> statement-breakpoint
CREATE INDEX "deploy_settled" ON "deploy" USING btree ("settled_at");--> statement-breakpoint
CREATE INDEX "gate_check_at" ON "gate_check" USING btree ("check_at");--> statement-breakpoint
CREATE INDEX "health_part_series" ON "health_part" USING btree ("series","span","at");--> statement-breakpoint
CREATE INDEX "health_part_span" ON "health_part" USING btree ("span","at");--> statement-breakpoint
CREATE UNIQUE INDEX "health_series_key" ON "health_series" USING btree ("env_id","flag","kind","name","stage","arm","variation","flag_version","source");--> statement-breakpoint
CREATE INDEX "hook_message_at" ON "hook_message" USING btree ("at");--> statement-breakpoint
CREATE INDEX "notice_channel" ON "notice" USING btree ("channel_id","state","id");--> statement-breakpoint
CREATE INDEX "notice_state" ON "notice" USING btree ("state","channel_id","id");--> statement-breakpoint
CREATE INDEX "notice_settled" ON "notice" USING btree ("settled_at");--> statement-breakpoint
CREATE INDEX "rollout_next" ON "rollout" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "rollout_flag" ON "rollout" USING btree ("env_id","flag","updated_at");--> statement-breakpoint
CREATE INDEX "rollout_project" ON "rollout" USING btree ("project_id","updated_at");--> statement-breakpoint
CREATE INDEX "verdict_at" ON "verdict" USING btree ("at");