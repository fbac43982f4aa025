-- Deliveries that are asked for by their ids are found by their ids. Where a status is compared by `=`, PostgreSQL may go through an index of all
-- that are dispatched instead, once for each id: so it did whenever nothing was dispatched when it last looked, which is most of the time.

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
    PERFORM FROM bus.delivery
    WHERE delivery_id = ANY (finished_delivery_ids) AND provides IS NOT NULL AND split_part(subscription, '.', 1) = service
    ORDER BY delivery_id FOR NO KEY UPDATE;

    WITH done AS (
        UPDATE bus.delivery
        SET status = 'done', attempt_open = false, awaits = NULL, awaits_since = NULL, last_error = NULL, finished_at = now()
        FROM unnest(finished_delivery_ids, finished_attempt_nos) AS attempt (id, no)
        WHERE delivery_id = id AND attempt_no = no AND attempt_open AND status IS NOT DISTINCT FROM 'dispatched'
            AND split_part(subscription, '.', 1) = service
        RETURNING delivery_id, provides
    )
    SELECT coalesce(array_agg(delivery_id), '{}'), array_agg(provides) FILTER (WHERE provides IS NOT NULL) INTO finished, provided
    FROM done;
    IF provided IS NOT NULL THEN
        -- Also what has been given up because it waited for too long.
        UPDATE bus.delivery
        SET status = 'waiting', due_at = now(), ready_since = now(), awaits_since = NULL, finished_at = NULL
        WHERE awaits = ANY (provided) AND status IN ('parked', 'dead');
    END IF;
    RETURN finished;
END
$$;

-- Parks deliveries, each until the delivery that provides what it awaits is done. What becomes of each:
--   parked    it waits; should it be forgotten, it is tried again after retry_after
--   waiting   what it waits for has been done meanwhile: it is tried again at once
--   dead      what it waits for will not come, or has not come within patience
-- Those of which another attempt has taken over, or that were finished before, stay what they are. Answers how many were parked,
-- and how many of these are dead. The lock on the providing delivery is the one that finish holds: a release can be neither missed
-- nor come too early.
CREATE OR REPLACE FUNCTION bus.park(
    parked_delivery_ids bigint[], parked_attempt_nos integer[], awaited_keys text[], retry_after interval, patience interval,
    OUT parked integer, OUT dead integer
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    service text := bus.calling_service();
BEGIN
    PERFORM FROM bus.delivery WHERE provides = ANY (awaited_keys) ORDER BY delivery_id FOR SHARE;

    WITH wish AS (
        SELECT * FROM unnest(parked_delivery_ids, parked_attempt_nos, awaited_keys) AS wish (delivery_id, attempt_no, awaited)
    ), verdict AS (
        SELECT waiting.delivery_id, wish.awaited, waiting.attempt_no, waiting.attempt_began_at,
            -- Parked under the same key before: that is known already.
            waiting.awaits IS DISTINCT FROM wish.awaited AS is_new,
            CASE WHEN waiting.awaits = wish.awaited THEN coalesce(waiting.awaits_since, now()) ELSE now() END AS awaits_since,
            provider.status AS provider_status,
            -- It came while this was attempted. A transaction says when it began, not when it was committed: that may be a little later.
            provider.status = 'done' AND provider.finished_at > waiting.attempt_began_at - interval '1 minute' AS has_come
        FROM wish
        JOIN bus.delivery waiting USING (delivery_id, attempt_no)
        LEFT JOIN bus.delivery provider ON provider.provides = wish.awaited
        WHERE waiting.status IS NOT DISTINCT FROM 'dispatched' AND waiting.attempt_open AND split_part(waiting.subscription, '.', 1) = service
    ), judged AS (
        SELECT *,
            CASE
                WHEN has_come THEN 'waiting'
                WHEN provider_status IN ('dead', 'discarded') OR awaits_since < now() - patience THEN 'dead'
                ELSE 'parked'
            END AS status,
            CASE
                WHEN provider_status IN ('dead', 'discarded')
                    THEN format('%s will not come: its delivery is %s', awaited, provider_status)
                WHEN NOT coalesce(has_come, false) AND awaits_since < now() - patience THEN format('%s did not come within %s', awaited, patience)
            END AS reason
        FROM verdict
    ), stored AS (
        UPDATE bus.delivery
        SET status = judged.status,
            attempt_open = false,
            awaits = judged.awaited,
            awaits_since = judged.awaits_since,
            due_at = CASE judged.status WHEN 'waiting' THEN now() ELSE now() + retry_after END,
            ready_since = CASE judged.status WHEN 'waiting' THEN now() ELSE now() + retry_after END,
            last_error = coalesce(judged.reason, last_error),
            finished_at = CASE judged.status WHEN 'dead' THEN now() END
        FROM judged
        WHERE delivery.delivery_id = judged.delivery_id
            AND delivery.attempt_no = judged.attempt_no AND delivery.attempt_open AND delivery.status IS NOT DISTINCT FROM 'dispatched'
        RETURNING judged.*
    ), told AS (
        INSERT INTO bus.attempt (delivery_id, attempt_no, began_at, outcome, error)
        SELECT delivery_id, attempt_no, attempt_began_at, 'parked', coalesce(reason, awaited)
        FROM stored WHERE is_new OR stored.status = 'dead'
    )
    SELECT count(*), count(*) FILTER (WHERE status = 'dead') INTO parked, dead FROM stored;
END
$$;
