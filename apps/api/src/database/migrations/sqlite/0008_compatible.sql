-- Versions since migration 0007 work with this database. A migration that removes something moves this mark.
INSERT INTO `marks` (`name`, `at`, `detail`) VALUES ('compatible since', 1795728650682, '{}')
ON CONFLICT DO NOTHING;
