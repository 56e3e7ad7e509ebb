CREATE TABLE "device_requests" (
	"hash" text PRIMARY KEY NOT NULL,
	"user_code_hash" text NOT NULL,
	"app_id" text NOT NULL,
	"scope" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"polled_at" timestamp (3) with time zone,
	"user_id" text,
	"is_allowed" boolean,
	"authenticated_at" timestamp (3) with time zone,
	"methods" json,
	CONSTRAINT "device_requests_user_code_hash" UNIQUE("user_code_hash")
);
--> statement-breakpoint
CREATE TABLE "used_assertions" (
	"hash" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "apps" ADD COLUMN "public_key" text;--> statement-breakpoint
ALTER TABLE "apps" ADD COLUMN "service_user_id" text;--> statement-breakpoint
ALTER TABLE "apps" ADD COLUMN "is_device" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "device_requests" ADD CONSTRAINT "device_requests_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_requests" ADD CONSTRAINT "device_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_requests_expires_at" ON "device_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "device_requests_app_id" ON "device_requests" USING btree ("app_id");--> statement-breakpoint
CREATE INDEX "device_requests_user_id" ON "device_requests" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "used_assertions_expires_at" ON "used_assertions" USING btree ("expires_at");