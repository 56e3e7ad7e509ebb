CREATE TABLE "events" (
	"user_id" text NOT NULL,
	"number" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"session_id" text,
	"address" text,
	"user_agent" text,
	"detail" text,
	"hash" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "retry_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "events_number" ON "events" USING btree ("user_id","number");--> statement-breakpoint
CREATE FUNCTION "events_only_added"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM "users" WHERE "id" = OLD."user_id") THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'events are only ever added, and go with their account only';
END
$$;--> statement-breakpoint
CREATE TRIGGER "events_not_changed" BEFORE UPDATE OR DELETE ON "events" FOR EACH ROW EXECUTE FUNCTION "events_only_added"();--> statement-breakpoint
CREATE TRIGGER "events_not_emptied" BEFORE TRUNCATE ON "events" FOR EACH STATEMENT EXECUTE FUNCTION "events_only_added"();
