-- Who is logged in.
CREATE TABLE auth.session (
    -- SHA-256 of the session's token; the token itself is known to the browser only.
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    user_id uuid NOT NULL REFERENCES auth."user",
    creation_time timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL CHECK (expires_at > creation_time),
    -- To within some minutes.
    last_seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX session_expiry ON auth.session (expires_at);
CREATE INDEX session_of_user ON auth.session (user_id, creation_time);

GRANT SELECT, INSERT, DELETE, UPDATE (last_seen_at) ON auth.session TO ates_auth;
