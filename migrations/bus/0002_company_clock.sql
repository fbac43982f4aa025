-- The company's clock: what "now" is for everything that people and the ledger see. It is the database's time, except where a
-- demo company is given a past or a test moves through days. Leases, back-off and sessions go by the real time.
CREATE TABLE bus.company_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    clock_offset interval NOT NULL DEFAULT '0'
);
INSERT INTO bus.company_clock DEFAULT VALUES;

-- The same all through a transaction, as now() is: a transaction happens at one moment.
CREATE FUNCTION bus.company_now() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT now() + (SELECT clock_offset FROM bus.company_clock) $$;

GRANT USAGE ON SCHEMA bus TO ates_auth, ates_tracker, ates_accounting, ates_analytics;
