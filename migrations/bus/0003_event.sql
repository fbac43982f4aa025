-- What happened, for ever: a stored event is never changed and never deleted (specification, decision 11).
CREATE TABLE bus.event (
    event_id uuid PRIMARY KEY,
    kind text NOT NULL,
    -- The service that said it: taken from the role of the connection, never from the caller's word.
    source text NOT NULL,
    occurred_at timestamptz NOT NULL,
    business_day date NOT NULL,
    payload jsonb NOT NULL,
    CONSTRAINT event_is_said_by_its_service CHECK (
        (source = 'tracker' AND kind IN ('task_create', 'task_assign', 'task_resolve', 'tasks_reassign'))
        OR (source = 'accounting' AND kind IN ('manager_income_by_day_change', 'account_log_change'))
    )
);

-- Payroll asks which deliveries of a day are still open; the export reads by time.
CREATE INDEX event_by_day ON bus.event (business_day, kind);

-- One event's way to one subscription. The status and what it means:
--   waiting      to be dispatched when due_at has come
--   dispatched   handed to Redis or to a worker; when due_at (the end of its lease) has come it is dispatched again
--   parked       waits until the delivery that provides `awaits` is done; due_at is the safety net
--   done         its effect is in the subscriber's tables
--   dead         given up: a person decides
--   discarded    a person decided that it shall have no effect
CREATE TABLE bus.delivery (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES bus.event,
    -- `service.event_kind`: only that service may apply it.
    subscription text NOT NULL,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'dispatched', 'parked', 'done', 'dead', 'discarded')),
    due_at timestamptz NOT NULL DEFAULT now(),
    -- How often it was handed out: part of the job's id, so that Redis does not take a new dispatch for the old one.
    dispatch_no integer NOT NULL DEFAULT 0,
    -- The dispatch whose attempt began last: each leads to one attempt at most, and only the newest writes an outcome (fencing).
    attempt_no integer NOT NULL DEFAULT 0,
    -- That attempt has no outcome yet. If another begins, its process must have died.
    attempt_open boolean NOT NULL DEFAULT false,
    -- Attempts that failed or died. Outages and waiting are not failures.
    failures integer NOT NULL DEFAULT 0,
    -- What it makes known when it is done, such as `price:42`, and what it waits for while it is parked.
    provides text,
    awaits text,
    -- Since when it has waited without a break.
    awaits_since timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (event_id, subscription),
    CONSTRAINT parked_deliveries_await_something CHECK (status <> 'parked' OR awaits IS NOT NULL),
    CONSTRAINT finished_deliveries_say_when CHECK ((status IN ('done', 'dead', 'discarded')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 80); -- every delivery is updated three times: room for that in its page

-- The relay's queue holds only what is not finished, however long the history.
CREATE INDEX delivery_due ON bus.delivery (due_at) WHERE status IN ('waiting', 'dispatched', 'parked');
CREATE INDEX delivery_awaits ON bus.delivery (awaits) WHERE awaits IS NOT NULL AND status IN ('parked', 'dead');
CREATE UNIQUE INDEX delivery_provides ON bus.delivery (provides) WHERE provides IS NOT NULL;
CREATE INDEX delivery_dead ON bus.delivery (subscription, delivery_id) WHERE status = 'dead';

-- The relay and the workers' bookkeeping.
GRANT SELECT ON bus.event TO ates_bus;
GRANT SELECT, UPDATE ON bus.delivery TO ates_bus;
