-- What people did with deliveries: kept for ever, also when the delivery itself has gone.
CREATE TABLE bus.intervention (
    intervention_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    -- The employee; nothing where an operator did it from the command line.
    user_id uuid,
    action text NOT NULL CHECK (action IN ('retry', 'discard')),
    delivery_id bigint NOT NULL,
    event_id uuid NOT NULL,
    subscription text NOT NULL,
    -- What was wrong with the delivery until then.
    last_error text,
    reason text,
    CONSTRAINT a_discard_has_a_reason CHECK (action <> 'discard' OR reason IS NOT NULL)
);
CREATE INDEX intervention_by_delivery ON bus.intervention (delivery_id);
GRANT SELECT, INSERT ON bus.intervention TO ates_bus;

-- The processes that hand out deliveries; each says every few seconds that it is there and whether it reaches Redis.
CREATE TABLE bus.relay (
    relay_id uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL DEFAULT now(),
    redis_failing_since timestamptz,
    redis_error text,
    CONSTRAINT a_failure_has_an_error CHECK ((redis_failing_since IS NULL) = (redis_error IS NULL))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON bus.relay TO ates_bus;

-- Done deliveries go after a while; a later subscriber gets deliveries of older events.
GRANT DELETE ON bus.delivery TO ates_bus;
GRANT INSERT (event_id, subscription, provides) ON bus.delivery TO ates_bus;
