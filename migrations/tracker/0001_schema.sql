-- The tracker: tasks and who has them.
CREATE SCHEMA IF NOT EXISTS tracker;

GRANT USAGE ON SCHEMA tracker TO ates_tracker, ates_auditor;
ALTER DEFAULT PRIVILEGES IN SCHEMA tracker GRANT SELECT ON TABLES TO ates_auditor;
