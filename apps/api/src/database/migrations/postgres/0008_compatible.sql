-- Versions since migration 0007 work with this database. A migration that removes something moves this mark.
INSERT INTO "marks" ("name", "at", "detail") VALUES ('compatible since', to_timestamp(1795728651336 / 1000.0), '{}')
ON CONFLICT DO NOTHING;
