-- When the newest attempt began.
ALTER TABLE bus.delivery ADD COLUMN attempt_began_at timestamptz;
-- A batch it was in was undone: from now on it is attempted by itself, so that it can spoil nobody else's attempt.
ALTER TABLE bus.delivery ADD COLUMN runs_alone boolean NOT NULL DEFAULT false;

-- Every delivery leaves three dead rows behind. Cleaned up by the share of the whole history, as is the default, the queue would be
-- lost among them.
ALTER TABLE bus.delivery SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);

-- The attempts that had no effect, for people. Why they have an outcome of their own:
--   failed    counted against the delivery
--   died      its process died or was paused for longer than the lease; counted
--   outage    PostgreSQL or another service was out of reach; not counted
--   undone    another member of its batch failed; not counted
--   parked    something has to happen first; not counted
CREATE TABLE bus.attempt (
    delivery_id bigint NOT NULL REFERENCES bus.delivery ON DELETE CASCADE,
    attempt_no integer NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL CHECK (outcome IN ('failed', 'died', 'outage', 'undone', 'parked')),
    error text NOT NULL,
    PRIMARY KEY (delivery_id, attempt_no)
);
GRANT SELECT, INSERT, DELETE ON bus.attempt TO ates_bus;

-- The relay's queues hold only what is not finished, however long the history.
DROP INDEX bus.delivery_due;
CREATE INDEX delivery_due ON bus.delivery (subscription, due_at) WHERE status IN ('waiting', 'dispatched', 'parked');
-- What is done goes after a while; until then it tells how fast the work is done.
CREATE INDEX delivery_done ON bus.delivery (finished_at) INCLUDE (subscription) WHERE status = 'done';

DROP FUNCTION bus.take(bigint, integer), bus.finish(bigint), bus.park(bigint, text, interval, interval);

-- Marks deliveries as done, in the transaction that applies them, and releases what waited for them. Answers those it marked: of
-- the others another attempt has taken over, or they were finished before, and nothing may be applied for them.
CREATE FUNCTION bus.finish(finished_delivery_ids bigint[], finished_attempt_nos integer[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    finished bigint[];
    provided text[];
BEGIN
    WITH done AS (
        UPDATE bus.delivery
        SET status = 'done', attempt_open = false, awaits = NULL, awaits_since = NULL, last_error = NULL, finished_at = now()
        FROM unnest(finished_delivery_ids, finished_attempt_nos) AS attempt (id, no)
        WHERE delivery_id = id AND attempt_no = no AND attempt_open AND status = 'dispatched'
            AND split_part(subscription, '.', 1) = bus.calling_service()
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

-- Parks deliveries, each until the delivery that provides what it awaits is done. What becomes of each:
--   parked    it waits; should it be forgotten, it is tried again after retry_after
--   waiting   what it waits for has just been done: it is tried again at once
--   dead      what it waits for will not come, or has not come within patience
-- Those of which another attempt has taken over, or that were finished before, stay what they are. Answers how many were parked,
-- and how many of these are dead. The lock on the providing delivery is the one that finish holds: a release can be neither missed
-- nor come too early.
CREATE FUNCTION bus.park(
    parked_delivery_ids bigint[], parked_attempt_nos integer[], awaited_keys text[], retry_after interval, patience interval,
    OUT parked integer, OUT dead integer
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM FROM bus.delivery WHERE provides = ANY (awaited_keys) ORDER BY delivery_id FOR SHARE;

    WITH wish AS (
        SELECT * FROM unnest(parked_delivery_ids, parked_attempt_nos, awaited_keys) AS wish (delivery_id, attempt_no, awaited)
    ), verdict AS (
        SELECT waiting.delivery_id, wish.awaited, waiting.attempt_no, waiting.attempt_began_at,
            -- Parked under the same key before: that is known already.
            waiting.awaits IS DISTINCT FROM wish.awaited AS is_new,
            CASE WHEN waiting.awaits = wish.awaited THEN coalesce(waiting.awaits_since, now()) ELSE now() END AS awaits_since,
            provider.status AS provider_status
        FROM wish
        JOIN bus.delivery waiting USING (delivery_id, attempt_no)
        LEFT JOIN bus.delivery provider ON provider.provides = wish.awaited
        WHERE waiting.status = 'dispatched' AND waiting.attempt_open AND split_part(waiting.subscription, '.', 1) = bus.calling_service()
    ), judged AS (
        SELECT *,
            CASE
                WHEN provider_status IN ('dead', 'discarded') OR awaits_since < now() - patience THEN 'dead'
                WHEN provider_status = 'done' THEN 'waiting'
                ELSE 'parked'
            END AS status,
            CASE
                WHEN provider_status IN ('dead', 'discarded')
                    THEN format('%s will not come: its delivery is %s', awaited, provider_status)
                WHEN awaits_since < now() - patience THEN format('%s did not come within %s', awaited, patience)
            END AS reason
        FROM verdict
    ), stored AS (
        UPDATE bus.delivery
        SET status = judged.status,
            attempt_open = false,
            awaits = judged.awaited,
            awaits_since = judged.awaits_since,
            due_at = CASE judged.status WHEN 'waiting' THEN now() ELSE now() + retry_after END,
            last_error = coalesce(judged.reason, last_error),
            finished_at = CASE judged.status WHEN 'dead' THEN now() END
        FROM judged
        WHERE delivery.delivery_id = judged.delivery_id
            AND delivery.attempt_no = judged.attempt_no AND delivery.attempt_open AND delivery.status = 'dispatched'
        RETURNING judged.*
    ), told AS (
        INSERT INTO bus.attempt (delivery_id, attempt_no, began_at, outcome, error)
        SELECT delivery_id, attempt_no, attempt_began_at, 'parked', coalesce(reason, awaited)
        FROM stored WHERE is_new OR stored.status = 'dead'
    )
    SELECT count(*), count(*) FILTER (WHERE status = 'dead') INTO parked, dead FROM stored;
END
$$;

REVOKE ALL ON FUNCTION bus.finish, bus.park FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.finish, bus.park TO ates_tracker, ates_accounting, ates_analytics;
-- For checking the statements at compile time; for it, which is no service, the functions find nothing.
GRANT EXECUTE ON FUNCTION bus.finish, bus.park TO ates_bus;
