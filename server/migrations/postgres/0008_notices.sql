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
CREATE INDEX "notice_channel" ON "notice" USING btree ("channel_id","state","id");--> statement-breakpoint
CREATE INDEX "notice_state" ON "notice" USING btree ("state","channel_id","id");--> statement-breakpoint
CREATE INDEX "notice_settled" ON "notice" USING btree ("settled_at");