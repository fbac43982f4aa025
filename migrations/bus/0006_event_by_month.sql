-- Events are kept for ever: one partition per month, so that an old month can be moved to slower disks, backed up once, or read
-- alone. An event's id begins with its time (UUID 7); the months are ranges of ids, so the id stays unique over all of them.
ALTER TABLE bus.delivery DROP CONSTRAINT delivery_event_id_fkey;
ALTER TABLE bus.event RENAME TO event_before;
ALTER TABLE bus.event_before RENAME CONSTRAINT event_pkey TO event_before_pkey;
ALTER INDEX bus.event_by_day RENAME TO event_before_by_day;

CREATE TABLE bus.event (
    event_id uuid PRIMARY KEY,
    kind text NOT NULL,
    -- The service that said it: taken from the role of the connection, never from the caller's word.
    source text NOT NULL,
    occurred_at timestamptz NOT NULL,
    business_day date NOT NULL,
    payload jsonb NOT NULL,
    -- The request that led to it, directly or through other events. Nothing depends on it.
    request_id text,
    CONSTRAINT event_is_said_by_its_service CHECK (
        (source = 'tracker' AND kind IN ('task_create', 'task_assign', 'task_resolve', 'tasks_reassign'))
        OR (source = 'accounting' AND kind IN ('manager_income_by_day_change', 'account_log_change'))
    )
) PARTITION BY RANGE (event_id);

-- Payroll asks which deliveries of a day are still open; the export reads by time.
CREATE INDEX event_by_day ON bus.event (business_day, kind);

-- For months that nobody made a partition for: nothing is ever refused for want of one.
CREATE TABLE bus.event_of_other_months PARTITION OF bus.event DEFAULT;

-- The smallest id of an event of this moment or later.
CREATE FUNCTION bus.first_event_id(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$ SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;

-- Makes the partitions that are missing, from last month to so many months ahead; answers how many. A month that has events
-- already, because it was not made in time, stays where it is.
CREATE FUNCTION bus.add_event_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '2s'
AS $$
DECLARE
    month timestamp;
    partition_name text;
    first_id uuid;
    end_id uuid;
    added integer := 0;
BEGIN
    -- Several processes may find at once that one is missing.
    PERFORM pg_advisory_xact_lock(hashtext('bus.add_event_partitions'));
    FOR month IN
        SELECT generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month',
            date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => months_ahead), interval '1 month')
    LOOP
        partition_name := 'event_' || to_char(month, 'YYYY_MM');
        first_id := bus.first_event_id(month AT TIME ZONE 'UTC');
        end_id := bus.first_event_id((month + interval '1 month') AT TIME ZONE 'UTC');
        IF to_regclass('bus.' || partition_name) IS NULL
            AND NOT EXISTS (SELECT FROM bus.event_of_other_months WHERE event_id >= first_id AND event_id < end_id)
        THEN
            EXECUTE format('CREATE TABLE bus.%I PARTITION OF bus.event FOR VALUES FROM (%L) TO (%L)', partition_name, first_id, end_id);
            added := added + 1;
        END IF;
    END LOOP;
    RETURN added;
END
$$;
REVOKE ALL ON FUNCTION bus.add_event_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.add_event_partitions TO ates_bus;

SELECT bus.add_event_partitions(12);
INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload, request_id)
SELECT event_id, kind, source, occurred_at, business_day, payload, request_id FROM bus.event_before;
DROP TABLE bus.event_before;
ALTER TABLE bus.delivery ADD FOREIGN KEY (event_id) REFERENCES bus.event;

GRANT SELECT ON bus.event TO ates_bus;

-- Records events and their deliveries, in the transaction of the use case that made them happen: one column of each array per event,
-- and per delivery.
DROP FUNCTION bus.publish(jsonb);
CREATE FUNCTION bus.publish(
    event_ids uuid[], kinds text[], occurred_ats timestamptz[], business_days date[], payloads jsonb[], request_ids text[],
    delivered_event_ids uuid[], subscriptions text[], provided text[]
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$
    INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload, request_id)
    SELECT event_id, kind, bus.calling_service(), occurred_at, business_day, payload, request_id
    FROM unnest(event_ids, kinds, occurred_ats, business_days, payloads, request_ids)
        AS e (event_id, kind, occurred_at, business_day, payload, request_id);

    INSERT INTO bus.delivery (event_id, subscription, provides)
    SELECT * FROM unnest(delivered_event_ids, subscriptions, provided);
$$;
REVOKE ALL ON FUNCTION bus.publish FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.publish TO ates_tracker, ates_accounting;
-- For checking the statement at compile time; the function refuses it, since it is no service.
GRANT EXECUTE ON FUNCTION bus.publish TO ates_bus;
