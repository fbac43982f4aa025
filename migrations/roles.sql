-- The roles of aTES, created once per PostgreSQL cluster (roles belong to the cluster, not to a database). Safe to run again.
--
-- The role that logs in (the one in DATABASE_URL) becomes a member of all of them and takes one on per connection, so one URL
-- serves every pool. Where the login role may not create roles, an administrator runs this file once as one who may, with
--   SET ates.login_role = 'the login role';   before it.
--
--   ates_owner       owns and migrates every schema; nothing runs as it while the system works
--   ates_bus         runs the event bus (relay, workers)
--   ates_auth …      one per service: may touch its own schema only
--   ates_auditor     reads everything, changes nothing
DO $$
DECLARE
    login_role name := coalesce(nullif(current_setting('ates.login_role', true), ''), session_user);
    role_name name;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'ates_owner', 'ates_bus', 'ates_auth', 'ates_tracker', 'ates_accounting', 'ates_analytics', 'ates_auditor'
    ]::name[]
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another process has just created it
            END;
        END IF;
        IF NOT pg_has_role(login_role, role_name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', role_name, login_role);
        END IF;
    END LOOP;

    -- The owner creates the schemas of this database.
    IF NOT has_database_privilege('ates_owner', current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO ates_owner', current_database());
    END IF;
END
$$;
