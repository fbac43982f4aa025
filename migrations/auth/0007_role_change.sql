-- Who gave whom another role, and when. Append-only: the service may add rows and read them, nothing else.
CREATE TABLE auth.role_change (
    role_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth."user",
    -- The admin who did it; NULL: an operator, from the command line.
    changed_by uuid REFERENCES auth."user",
    from_role text NOT NULL CHECK (from_role IN ('worker', 'accountant', 'manager', 'admin')),
    to_role text NOT NULL CHECK (to_role IN ('worker', 'accountant', 'manager', 'admin')),
    change_time timestamptz NOT NULL DEFAULT now(),
    CHECK (from_role <> to_role)
);

CREATE INDEX role_change_of_user ON auth.role_change (user_id, change_time);

GRANT SELECT, INSERT ON auth.role_change TO ates_auth;
