-- What the histories add to the database. First what their reaction writes, as the role of a service.
GRANT USAGE ON SCHEMA trial TO ates_accounting;

-- Without a key, which would hide it if an event were applied twice.
CREATE TABLE trial.effect (
    event_id uuid NOT NULL,
    task_id bigint NOT NULL,
    is_price boolean NOT NULL
);
GRANT SELECT, INSERT ON trial.effect TO ates_accounting;

-- What the commits of a session do that has `trial.commit` set: they fail, or wait while somebody holds the number, or neither.
CREATE FUNCTION trial.at_commit() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_setting('trial.commit') = 'fails' THEN
        RAISE EXCEPTION 'this commit fails';
    END IF;
    IF current_setting('trial.commit') ~ '^[0-9]+$' THEN
        PERFORM pg_advisory_xact_lock(current_setting('trial.commit')::bigint);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON bus.delivery DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (current_setting('trial.commit', true) IS NOT NULL) EXECUTE FUNCTION trial.at_commit();

-- Time passes only where a history says so: no lease and no delay runs out by itself, however slow the machine is.
CREATE FUNCTION trial.delay() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.due_at := now() + interval '30 minutes';
    RETURN NEW;
END
$$;
CREATE TRIGGER delay BEFORE UPDATE OF due_at ON bus.delivery
    FOR EACH ROW WHEN (NEW.due_at > now()) EXECUTE FUNCTION trial.delay();
