CREATE TABLE "usage_count" (
	"series" bigint NOT NULL,
	"span" bigint NOT NULL,
	"at" bigint NOT NULL,
	"n" bigint NOT NULL,
	CONSTRAINT "usage_count_series_span_at_pk" PRIMARY KEY("series","span","at")
);
--> statement-breakpoint
CREATE TABLE "usage_missing" (
	"env_id" text NOT NULL,
	"key" text NOT NULL,
	"error" text NOT NULL,
	"n" bigint NOT NULL,
	"first_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	"sdk" text NOT NULL,
	"app" text NOT NULL,
	CONSTRAINT "usage_missing_env_id_key_error_pk" PRIMARY KEY("env_id","key","error")
);
--> statement-breakpoint
CREATE TABLE "usage_reporter" (
	"env_id" text NOT NULL,
	"instance" text NOT NULL,
	"newest" bigint NOT NULL,
	"before" bigint NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "usage_reporter_env_id_instance_pk" PRIMARY KEY("env_id","instance")
);
--> statement-breakpoint
CREATE TABLE "usage_series" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"env_id" text NOT NULL,
	"flag" text NOT NULL,
	"variation" text NOT NULL,
	"reason" text NOT NULL,
	"last_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "usage_series_key" ON "usage_series" USING btree ("env_id","flag","variation","reason");