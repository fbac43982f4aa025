-- The request that led to an event, directly or through other events: log lines of all of them carry it. Nothing depends on it.
ALTER TABLE bus.event ADD COLUMN request_id text;

-- events: [{event_id, kind, occurred_at, business_day, payload, request_id, deliveries: [{subscription, provides}]}]
CREATE OR REPLACE FUNCTION bus.publish(events jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$
    INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload, request_id)
    SELECT event_id, kind, bus.calling_service(), occurred_at, business_day, payload, request_id
    FROM jsonb_to_recordset(events)
        AS e (event_id uuid, kind text, occurred_at timestamptz, business_day date, payload jsonb, request_id text);

    INSERT INTO bus.delivery (event_id, subscription, provides)
    SELECT e.event_id, d.subscription, d.provides
    FROM jsonb_to_recordset(events) AS e (event_id uuid, deliveries jsonb),
        jsonb_to_recordset(e.deliveries) AS d (subscription text, provides text);
$$;
