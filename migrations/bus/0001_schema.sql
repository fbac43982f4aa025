-- The event bus: events and their deliveries. Services reach it only through its functions.
CREATE SCHEMA IF NOT EXISTS bus;

GRANT USAGE ON SCHEMA bus TO ates_bus, ates_auditor;
ALTER DEFAULT PRIVILEGES IN SCHEMA bus GRANT SELECT ON TABLES TO ates_auditor;
