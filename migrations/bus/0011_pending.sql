-- What happened to an employee's tasks and has no effect in the calling service yet: pages show it as pending. Looks at no more than so
-- many of what waits, and at as many of what was given up, however long the queues; more tells whether there was more.
CREATE FUNCTION bus.pending_events(
    of_user uuid, looked_at_max integer,
    OUT kind text, OUT task_id bigint, OUT occurred_at timestamptz, OUT given_up boolean, OUT more boolean
) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- By an index, whatever the statistics say of a queue that is mostly empty.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    heard text[] := ARRAY[bus.calling_service() || '.task_assign', bus.calling_service() || '.task_resolve'];
BEGIN
    RETURN QUERY
    WITH pending AS (
        (SELECT delivery.event_id, false AS given_up FROM bus.delivery
        WHERE subscription = ANY (heard) AND status IN ('waiting', 'dispatched', 'parked') LIMIT looked_at_max + 1)
        UNION ALL
        (SELECT delivery.event_id, true FROM bus.delivery WHERE subscription = ANY (heard) AND status = 'dead' LIMIT looked_at_max + 1)
    ), own AS (
        SELECT event.event_id, event.kind, (payload ->> 'task_id')::bigint AS task_id, event.occurred_at, pending.given_up
        FROM pending JOIN bus.event USING (event_id)
        WHERE coalesce(payload ->> 'assignee_user_id', payload ->> 'resolver_user_id') = of_user::text
    )
    -- A row also where nothing is pending for the employee: it tells whether all was looked at.
    SELECT own.kind, own.task_id, own.occurred_at, own.given_up, (SELECT coalesce(max(count) > looked_at_max, false) FROM (SELECT count(*) FROM pending GROUP BY pending.given_up) AS counts)
    FROM (VALUES (1)) AS always LEFT JOIN own ON true
    ORDER BY own.occurred_at, own.event_id;
END
$$;
REVOKE ALL ON FUNCTION bus.pending_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.pending_events TO ates_accounting;
