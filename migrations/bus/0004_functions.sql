-- How services reach the bus. The functions run as the owner and check who calls: the role a connection has taken on stays
-- visible inside them as the setting `role`.

-- The calling service, such as `tracker`.
CREATE FUNCTION bus.calling_service() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog
AS $$ SELECT substr(current_setting('role'), length('ates_') + 1) $$;

-- Records events and their deliveries, in the transaction of the use case that made them happen.
-- events: [{event_id, kind, occurred_at, business_day, payload, deliveries: [{subscription, provides}]}]
CREATE FUNCTION bus.publish(events jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$
    INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
    SELECT event_id, kind, bus.calling_service(), occurred_at, business_day, payload
    FROM jsonb_to_recordset(events) AS e (event_id uuid, kind text, occurred_at timestamptz, business_day date, payload jsonb);

    INSERT INTO bus.delivery (event_id, subscription, provides)
    SELECT e.event_id, d.subscription, d.provides
    FROM jsonb_to_recordset(events) AS e (event_id uuid, deliveries jsonb),
        jsonb_to_recordset(e.deliveries) AS d (subscription text, provides text);
$$;

-- Locks a delivery for applying it. False when the attempt is no longer the newest or the delivery is no longer open: then
-- nothing may be applied.
CREATE FUNCTION bus.take(taken_delivery_id bigint, taken_attempt_no integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    taken bus.delivery;
BEGIN
    SELECT * INTO taken FROM bus.delivery WHERE delivery_id = taken_delivery_id FOR UPDATE;
    IF split_part(taken.subscription, '.', 1) IS DISTINCT FROM bus.calling_service() THEN
        RAISE insufficient_privilege USING MESSAGE =
            format('delivery %s belongs to %s, not to %s', taken_delivery_id, taken.subscription, current_setting('role'));
    END IF;
    RETURN taken.status = 'dispatched' AND taken.attempt_no = taken_attempt_no AND taken.attempt_open;
END
$$;

-- Marks a taken delivery as done and releases what waited for it. To be called in the transaction that took it.
CREATE FUNCTION bus.finish(finished_delivery_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    provided text;
BEGIN
    UPDATE bus.delivery
    SET status = 'done', attempt_open = false, awaits = NULL, awaits_since = NULL, last_error = NULL, finished_at = now()
    WHERE delivery_id = finished_delivery_id
        AND status = 'dispatched'
        AND split_part(subscription, '.', 1) = bus.calling_service()
    RETURNING provides INTO provided;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'delivery % cannot be finished: it was not taken', finished_delivery_id;
    END IF;

    UPDATE bus.delivery SET status = 'waiting', due_at = now()
    WHERE awaits = provided AND status = 'parked';
END
$$;

-- Parks a taken delivery until the one that provides `awaited` is done. Answers what became of it:
--   parked    it waits; should it be forgotten, it is tried again at retry_at
--   waiting   what it waits for has just been done: it is tried again at once
--   dead      what it waits for will not come, or has not come within patience
-- The lock on the providing delivery is the one that finish holds: a release can be neither missed nor come too early.
CREATE FUNCTION bus.park(parked_delivery_id bigint, awaited text, retry_after interval, patience interval) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    provider_status text;
    parked bus.delivery;
    verdict text;
    reason text;
BEGIN
    SELECT * INTO parked FROM bus.delivery
    WHERE delivery_id = parked_delivery_id
        AND status = 'dispatched'
        AND split_part(subscription, '.', 1) = bus.calling_service();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'delivery % cannot be parked: it was not taken', parked_delivery_id;
    END IF;

    SELECT status INTO provider_status FROM bus.delivery WHERE provides = awaited FOR SHARE;
    IF provider_status IN ('dead', 'discarded') THEN
        verdict := 'dead';
        reason := format('%s will not come: its delivery is %s', awaited, provider_status);
    ELSIF provider_status = 'done' THEN
        verdict := 'waiting';
    ELSIF parked.awaits_since < now() - patience THEN
        verdict := 'dead';
        reason := format('%s did not come within %s', awaited, patience);
    ELSE
        verdict := 'parked';
    END IF;

    UPDATE bus.delivery
    SET status = verdict,
        attempt_open = false,
        awaits = awaited,
        awaits_since = coalesce(parked.awaits_since, now()),
        due_at = CASE verdict WHEN 'waiting' THEN now() ELSE now() + retry_after END,
        last_error = coalesce(reason, last_error),
        finished_at = CASE verdict WHEN 'dead' THEN now() END
    WHERE delivery_id = parked_delivery_id;
    RETURN verdict;
END
$$;

REVOKE ALL ON FUNCTION bus.publish, bus.take, bus.finish, bus.park FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.publish TO ates_tracker, ates_accounting;
GRANT EXECUTE ON FUNCTION bus.take, bus.finish, bus.park TO ates_tracker, ates_accounting, ates_analytics;
-- For checking the statements at compile time; the functions refuse it, since it is no service.
GRANT EXECUTE ON FUNCTION bus.publish, bus.take, bus.finish, bus.park TO ates_bus;
