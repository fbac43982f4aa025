-- The read models of management (specification, §4): from events alone, and the same whatever the order in which these arrive.
--
-- Each table is there twice, as two generations. One is live: pages show it, reactions keep it up to date. A rebuild fills the other from
-- the stored events, while reactions keep that up to date, too; then it is the live one.

CREATE TABLE analytics.read_model (
    is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
    live_generation smallint NOT NULL DEFAULT 0 CHECK (live_generation IN (0, 1))
);
INSERT INTO analytics.read_model DEFAULT VALUES;

-- The company's days. Amounts are in cents.
CREATE TABLE analytics.company_data_by_day (
    generation smallint NOT NULL,
    data_id bigint GENERATED ALWAYS AS IDENTITY,
    date date NOT NULL,
    -- As the newest revision tells it; 0 where none has arrived.
    total_assign_fee bigint NOT NULL DEFAULT 0,
    total_resolve_price bigint NOT NULL DEFAULT 0,
    income_revision bigint NOT NULL DEFAULT 0,
    -- How many more accounts are below zero at the end of the day than at its beginning. So the number of negative accounts of a day is the
    -- sum up to it, days without events carry over by themselves, and an entry that is booked late changes few rows.
    negative_balance_account_change bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, date)
) PARTITION BY LIST (generation);

-- The most expensive task that was finished on a day; of equally expensive ones that with the lowest number.
CREATE TABLE analytics.remarkable_task_by_day (
    generation smallint NOT NULL,
    data_id bigint GENERATED ALWAYS AS IDENTITY,
    date date NOT NULL,
    most_expensive_resolved_task_price bigint NOT NULL,
    task_id bigint NOT NULL,
    PRIMARY KEY (generation, date)
) PARTITION BY LIST (generation);

-- What correcting a day needs: what each account moved on each day, and its balance, under whose lock both change.
CREATE TABLE analytics.account_day (
    generation smallint NOT NULL,
    account_id bigint NOT NULL,
    business_day date NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (generation, account_id, business_day)
) PARTITION BY LIST (generation);
CREATE TABLE analytics.account (
    generation smallint NOT NULL,
    account_id bigint NOT NULL,
    balance bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, account_id)
) PARTITION BY LIST (generation);

-- The entries that are counted: each counts once, whatever the bus repeats.
CREATE TABLE analytics.counted_entry (
    generation smallint NOT NULL,
    log_id bigint NOT NULL,
    PRIMARY KEY (generation, log_id)
) PARTITION BY LIST (generation);

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['company_data_by_day', 'remarkable_task_by_day', 'account_day', 'account', 'counted_entry'] LOOP
        FOR generation IN 0..1 LOOP
            EXECUTE format('CREATE TABLE analytics.%I PARTITION OF analytics.%I FOR VALUES IN (%s)',
                table_name || '_' || generation, table_name, generation);
        END LOOP;
    END LOOP;
END
$$;

-- Empties the generation that is not live. Who reads all tables, as an audit or a backup does, is not waited for any longer: reactions wait, too.
CREATE FUNCTION analytics.clear_idle_generation() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
BEGIN
    IF (SELECT live_generation FROM analytics.read_model) = 0 THEN
        TRUNCATE analytics.company_data_by_day_1, analytics.remarkable_task_by_day_1, analytics.account_day_1, analytics.account_1,
            analytics.counted_entry_1;
    ELSE
        TRUNCATE analytics.company_data_by_day_0, analytics.remarkable_task_by_day_0, analytics.account_day_0, analytics.account_0,
            analytics.counted_entry_0;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION analytics.clear_idle_generation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analytics.clear_idle_generation TO ates_analytics;

-- The read models being built once more.
CREATE TABLE analytics.rebuild (
    rebuild_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed')),
    -- The employee who started it; nothing where an operator did.
    started_by uuid,
    started_at timestamptz NOT NULL DEFAULT now(),
    -- When its process last got on: one that has died must not keep others from rebuilding.
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    events_total bigint NOT NULL,
    events_read bigint NOT NULL DEFAULT 0,
    unpriced_tasks bigint NOT NULL DEFAULT 0,
    -- The first day on which both generations differed, and how.
    difference text,
    CONSTRAINT a_rebuild_that_has_ended_says_when CHECK ((status = 'running') = (finished_at IS NULL))
);
-- One at a time, whoever asks and however often.
CREATE UNIQUE INDEX one_running_rebuild ON analytics.rebuild ((true)) WHERE status = 'running';

GRANT SELECT, UPDATE (live_generation) ON analytics.read_model TO ates_analytics;
GRANT SELECT, INSERT, UPDATE ON analytics.company_data_by_day, analytics.remarkable_task_by_day, analytics.account_day, analytics.account,
    analytics.rebuild TO ates_analytics;
GRANT SELECT, INSERT ON analytics.counted_entry TO ates_analytics;
