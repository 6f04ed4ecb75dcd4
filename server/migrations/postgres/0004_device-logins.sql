CREATE TABLE "device_login" (
	"device" text PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"answer" text,
	"created_at" bigint NOT NULL,
	"asked_at" bigint NOT NULL,
	"interval_ms" integer NOT NULL,
	CONSTRAINT "device_login_code_unique" UNIQUE("code")
);
