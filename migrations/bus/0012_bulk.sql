-- What is published in bulk yields to what is not: a reassignment of a million tasks keeps no single fee waiting, nor does an import or a
-- back-fill. Who publishes need not say so: it is told by how much one transaction publishes.
ALTER TABLE bus.delivery ADD COLUMN bulk boolean NOT NULL DEFAULT false;

GRANT INSERT (bulk) ON bus.delivery TO ates_bus;

DROP INDEX bus.delivery_due;
CREATE INDEX delivery_due ON bus.delivery (subscription, bulk, due_at) WHERE status IN ('waiting', 'dispatched', 'parked');

CREATE OR REPLACE FUNCTION bus.publish(
    event_ids uuid[], kinds text[], occurred_ats timestamptz[], business_days date[], payloads jsonb[], request_ids text[],
    delivered_event_ids uuid[], subscriptions text[], provided text[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- As many as one transaction of a subscriber applies: up to there they are done together anyway.
    single_max CONSTANT integer := 100;
    service text := bus.calling_service();
BEGIN
    INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload, request_id)
    SELECT e.event_id, e.kind, service, e.occurred_at, e.business_day, e.payload, e.request_id
    FROM unnest(event_ids, kinds, occurred_ats, business_days, payloads, request_ids)
        AS e (event_id, kind, occurred_at, business_day, payload, request_id);

    INSERT INTO bus.delivery (event_id, subscription, provides, bulk)
    SELECT d.event_id, d.subscription, d.provides, cardinality(delivered_event_ids) > single_max
    FROM unnest(delivered_event_ids, subscriptions, provided) AS d (event_id, subscription, provides);
END
$$;
