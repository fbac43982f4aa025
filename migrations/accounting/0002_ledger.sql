-- What a task costs and pays: drawn once per task, for ever (specification, decisions 1 and 3). Amounts are in cents.
CREATE TABLE accounting.task_price (
    task_price_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id bigint NOT NULL UNIQUE,
    assign_fee bigint NOT NULL CHECK (assign_fee >= 0),
    resolve_price bigint NOT NULL CHECK (resolve_price >= 0),
    creation_time timestamptz NOT NULL
);

-- An employee's account, opened with the first entry. The balance is the sum of its entries; both change in one transaction,
-- under the lock of this row.
CREATE TABLE accounting.account (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE,
    balance bigint NOT NULL DEFAULT 0,
    -- How many entries there are: the next one gets the next number.
    entry_count bigint NOT NULL DEFAULT 0
);

-- The ledger. An entry is never changed and never removed.
CREATE TABLE accounting.account_log (
    log_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounting.account,
    entry_no bigint NOT NULL CHECK (entry_no >= 1),
    type text NOT NULL CHECK (type IN ('DEPOSIT', 'WITHDRAW', 'CLEAR')),
    amount bigint NOT NULL CHECK (amount >= 0),
    signed_amount bigint GENERATED ALWAYS AS (CASE type WHEN 'DEPOSIT' THEN amount ELSE -amount END) STORED,
    balance_after bigint NOT NULL,
    -- What the entry speaks of: event_id, task_id, …
    extra_ids jsonb NOT NULL,
    event_time timestamptz NOT NULL,
    business_day date NOT NULL,
    UNIQUE (account_id, entry_no)
);

-- The keys that last for ever (specification, decision 3): whatever the bus does, an event charges once and a task pays once.
CREATE UNIQUE INDEX one_withdraw_per_assignment ON accounting.account_log ((extra_ids ->> 'event_id')) WHERE type = 'WITHDRAW';
CREATE UNIQUE INDEX one_deposit_per_task ON accounting.account_log ((extra_ids ->> 'task_id')) WHERE type = 'DEPOSIT';
CREATE UNIQUE INDEX one_clear_per_account_and_day ON accounting.account_log (account_id, business_day) WHERE type = 'CLEAR';

-- An account's day, in the order in which pages show it.
CREATE INDEX account_log_by_day ON accounting.account_log (account_id, business_day, entry_no) INCLUDE (signed_amount);

-- Two locks on the same door: the service has no right to change entries, and who has is stopped here.
CREATE FUNCTION accounting.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END
$$;
CREATE TRIGGER account_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounting.account_log
    FOR EACH STATEMENT EXECUTE FUNCTION accounting.refuse_change();

-- What management earned on a day. There is one row per day; revision is raised under its lock (specification, decision 11).
CREATE TABLE accounting.manager_income_by_day (
    income_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    date date NOT NULL UNIQUE,
    total_assign_fee bigint NOT NULL DEFAULT 0,
    total_resolve_price bigint NOT NULL DEFAULT 0,
    revision bigint NOT NULL DEFAULT 0
);

GRANT SELECT, INSERT ON accounting.task_price TO ates_accounting;
GRANT SELECT, INSERT, UPDATE (balance, entry_count) ON accounting.account TO ates_accounting;
GRANT SELECT, INSERT ON accounting.account_log TO ates_accounting;
GRANT SELECT, INSERT, UPDATE (total_assign_fee, total_resolve_price, revision) ON accounting.manager_income_by_day TO ates_accounting;
