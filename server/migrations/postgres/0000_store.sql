CREATE TABLE "answer" (
	"principal" text NOT NULL,
	"key" text NOT NULL,
	"request" text NOT NULL,
	"status" integer NOT NULL,
	"body" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "answer_principal_key_pk" PRIMARY KEY("principal","key")
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"seq" bigint NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL,
	"origin" text NOT NULL,
	"action" text NOT NULL,
	"project" text,
	"change_id" text NOT NULL,
	"environments" text NOT NULL,
	"documents" text NOT NULL,
	"content" text,
	"content_hash" text NOT NULL,
	"prev_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_seq_pk" PRIMARY KEY("seq")
);
--> statement-breakpoint
CREATE TABLE "audit_document" (
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "audit_document_kind_id_seq_pk" PRIMARY KEY("kind","id","seq")
);
--> statement-breakpoint
CREATE TABLE "audit_environment" (
	"seq" bigint NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "audit_environment_key_seq_pk" PRIMARY KEY("key","seq")
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"id" integer NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_head_id_pk" PRIMARY KEY("id")
);
--> statement-breakpoint
CREATE TABLE "counter" (
	"name" text PRIMARY KEY NOT NULL,
	"value" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"env_id" text NOT NULL,
	"version" bigint NOT NULL,
	"replica" text NOT NULL,
	"connected" integer NOT NULL,
	"applied" integer NOT NULL,
	"gone" integer NOT NULL,
	"sketch" text NOT NULL,
	"slowest_ms" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "delivery_env_id_version_replica_pk" PRIMARY KEY("env_id","version","replica")
);
--> statement-breakpoint
CREATE TABLE "document" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"parent" text NOT NULL,
	"key" text NOT NULL,
	"folded" text NOT NULL,
	"revision" bigint NOT NULL,
	"body" text NOT NULL,
	"deleted" boolean NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "document_kind_id_pk" PRIMARY KEY("kind","id")
);
--> statement-breakpoint
CREATE TABLE "env" (
	"id" text PRIMARY KEY NOT NULL,
	"epoch" text NOT NULL,
	"version" bigint NOT NULL,
	"digest" text NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "env_change" (
	"env_id" text NOT NULL,
	"version" bigint NOT NULL,
	"change_id" text NOT NULL,
	"ops" text NOT NULL,
	"bytes" integer NOT NULL,
	"digest" text NOT NULL,
	"urgent" boolean NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "env_change_env_id_version_pk" PRIMARY KEY("env_id","version")
);
--> statement-breakpoint
CREATE TABLE "env_item" (
	"env_id" text NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"rev" bigint NOT NULL,
	"schema" integer NOT NULL,
	"body" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "env_item_env_id_kind_key_pk" PRIMARY KEY("env_id","kind","key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"at" bigint NOT NULL,
	"body" text NOT NULL,
	"due_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"hash" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"csrf" text NOT NULL,
	"created_at" bigint NOT NULL,
	"seen_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "env_change" ADD CONSTRAINT "env_change_env_id_env_id_fk" FOREIGN KEY ("env_id") REFERENCES "public"."env"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "env_item" ADD CONSTRAINT "env_item_env_id_env_id_fk" FOREIGN KEY ("env_id") REFERENCES "public"."env"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_change" ON "audit" USING btree ("change_id");--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_document_key" ON "audit_document" USING btree ("key","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "document_key" ON "document" USING btree ("kind","parent","folded");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "session_member" ON "session" USING btree ("member");