-- The same functions as before, but: rows that two transactions may want are locked in the order of their numbers, so that none
-- waits for the other in a circle; and their plans are kept, where a function in SQL is planned anew at each call.

CREATE OR REPLACE FUNCTION bus.company_now() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ BEGIN RETURN now() + (SELECT clock_offset FROM bus.company_clock); END $$;

CREATE OR REPLACE FUNCTION bus.calling_service() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog
AS $$ BEGIN RETURN substr(current_setting('role'), length('ates_') + 1); END $$;

CREATE OR REPLACE FUNCTION bus.publish(
    event_ids uuid[], kinds text[], occurred_ats timestamptz[], business_days date[], payloads jsonb[], request_ids text[],
    delivered_event_ids uuid[], subscriptions text[], provided text[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    service text := bus.calling_service();
BEGIN
    INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload, request_id)
    SELECT e.event_id, e.kind, service, e.occurred_at, e.business_day, e.payload, e.request_id
    FROM unnest(event_ids, kinds, occurred_ats, business_days, payloads, request_ids)
        AS e (event_id, kind, occurred_at, business_day, payload, request_id);

    INSERT INTO bus.delivery (event_id, subscription, provides)
    SELECT * FROM unnest(delivered_event_ids, subscriptions, provided);
END
$$;

-- Marks deliveries as done, in the transaction that applies them, and releases what waited for them. Answers those it marked: of
-- the others another attempt has taken over, or they were finished before, and nothing may be applied for them.
CREATE OR REPLACE FUNCTION bus.finish(finished_delivery_ids bigint[], finished_attempt_nos integer[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
-- By an index, one after the other: plans are kept, and one for a short queue must not be used on a long one.
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    service text := bus.calling_service();
    finished bigint[];
    provided text[];
BEGIN
    -- Those that others may park for, and lock for that.
    PERFORM FROM bus.delivery WHERE delivery_id = ANY (finished_delivery_ids) AND provides IS NOT NULL
    ORDER BY delivery_id FOR NO KEY UPDATE;

    WITH done AS (
        UPDATE bus.delivery
        SET status = 'done', attempt_open = false, awaits = NULL, awaits_since = NULL, last_error = NULL, finished_at = now()
        FROM unnest(finished_delivery_ids, finished_attempt_nos) AS attempt (id, no)
        WHERE delivery_id = id AND attempt_no = no AND attempt_open AND status = 'dispatched'
            AND split_part(subscription, '.', 1) = service
        RETURNING delivery_id, provides
    )
    SELECT coalesce(array_agg(delivery_id), '{}'), array_agg(provides) FILTER (WHERE provides IS NOT NULL) INTO finished, provided
    FROM done;
    IF provided IS NOT NULL THEN
        UPDATE bus.delivery SET status = 'waiting', due_at = now() WHERE awaits = ANY (provided) AND status = 'parked';
    END IF;
    RETURN finished;
END
$$;

ALTER FUNCTION bus.park SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off;

-- Every delivery is updated three times within seconds. With room for that in its page an attempt begins without new index entries.
ALTER TABLE bus.delivery SET (fillfactor = 50);
