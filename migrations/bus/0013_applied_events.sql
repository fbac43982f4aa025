-- The stored events of these kinds that the calling service has applied, or had no delivery of, in the order of their ids, from the one after
-- after_event_id on: for a service that builds its tables once more. What is still to be delivered, was given up or was discarded is not among
-- them. An event of an earlier id may be committed later: who needs all of them has to apply what is delivered meanwhile, too.
CREATE FUNCTION bus.applied_events(after_event_id uuid, of_kinds text[], count_max integer)
RETURNS TABLE (event_id uuid, kind text, occurred_at timestamptz, business_day date, payload jsonb, request_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- By the index of the events and no further than the page, whatever the statistics say.
SET enable_seqscan = off SET enable_sort = off SET max_parallel_workers_per_gather = 0
AS $$
#variable_conflict use_column
DECLARE
    service text := bus.calling_service();
BEGIN
    RETURN QUERY
    SELECT event.event_id, event.kind, event.occurred_at, event.business_day, event.payload, event.request_id
    FROM bus.event
    WHERE event.event_id > after_event_id AND event.kind = ANY (of_kinds)
        -- Looked up for each event: as a join, PostgreSQL would go through all deliveries for each page.
        AND coalesce((
            SELECT status FROM bus.delivery WHERE delivery.event_id = event.event_id AND subscription = service || '.' || event.kind
        ), 'done') = 'done'
    ORDER BY event.event_id
    LIMIT count_max;
END
$$;

-- How many events of these kinds are stored.
CREATE FUNCTION bus.event_count(of_kinds text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT count(*) FROM bus.event WHERE kind = ANY (of_kinds) $$;

REVOKE ALL ON FUNCTION bus.applied_events, bus.event_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.applied_events, bus.event_count TO ates_analytics;
-- For checking the statements at compile time.
GRANT EXECUTE ON FUNCTION bus.applied_events, bus.event_count TO ates_bus;

-- Analytics hears from now on. What happened before is delivered to it, too, after what happens now. (Where older processes go on
-- publishing while this runs, `ates bus back-fill` makes up for what they leave out.)
INSERT INTO bus.delivery (event_id, subscription, bulk)
SELECT event_id, 'analytics.' || kind, true FROM bus.event
WHERE kind IN ('manager_income_by_day_change', 'account_log_change', 'task_resolve')
ORDER BY event_id
ON CONFLICT DO NOTHING;
