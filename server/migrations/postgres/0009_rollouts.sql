CREATE TABLE "gate_check" (
	"rollout" text NOT NULL,
	"gate" text NOT NULL,
	"check_at" bigint NOT NULL,
	"verdict" text,
	CONSTRAINT "gate_check_rollout_gate_pk" PRIMARY KEY("rollout","gate")
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
CREATE INDEX "gate_check_at" ON "gate_check" USING btree ("check_at");--> statement-breakpoint
CREATE INDEX "rollout_next" ON "rollout" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "rollout_flag" ON "rollout" USING btree ("env_id","flag","updated_at");--> statement-breakpoint
CREATE INDEX "rollout_project" ON "rollout" USING btree ("project_id","updated_at");--> statement-breakpoint
CREATE INDEX "verdict_at" ON "verdict" USING btree ("at");