-- Accounting: prices, accounts, the ledger.
CREATE SCHEMA IF NOT EXISTS accounting;

GRANT USAGE ON SCHEMA accounting TO ates_accounting, ates_auditor;
ALTER DEFAULT PRIVILEGES IN SCHEMA accounting GRANT SELECT ON TABLES TO ates_auditor;
