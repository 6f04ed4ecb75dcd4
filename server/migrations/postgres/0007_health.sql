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
	"total" text,
	"last_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "health_part_series" ON "health_part" USING btree ("series","span","at");--> statement-breakpoint
CREATE INDEX "health_part_span" ON "health_part" USING btree ("span","at");--> statement-breakpoint
CREATE UNIQUE INDEX "health_series_key" ON "health_series" USING btree ("env_id","flag","kind","name","stage","arm","variation","flag_version");