CREATE TABLE "usage_seen" (
	"env_id" text NOT NULL,
	"kind" text NOT NULL,
	"attribute" text NOT NULL,
	"last_at" bigint NOT NULL,
	CONSTRAINT "usage_seen_env_id_kind_attribute_pk" PRIMARY KEY("env_id","kind","attribute")
);
