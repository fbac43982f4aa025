-- Stands for the photo of an unknown parrot for a short while, so that it can enrol without showing the photo again.
CREATE TABLE auth.enrolment_ticket (
    -- SHA-256 of the ticket's token; the token itself is known to the parrot only.
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    recogniser text NOT NULL CHECK (char_length(recogniser) BETWEEN 1 AND 100),
    template bytea NOT NULL CHECK (octet_length(template) BETWEEN 1 AND 65536),
    creation_time timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL CHECK (expires_at > creation_time)
);

CREATE INDEX enrolment_ticket_expiry ON auth.enrolment_ticket (expires_at);

-- UPDATE only because SELECT … FOR UPDATE asks for it.
GRANT SELECT, INSERT, DELETE, UPDATE (expires_at) ON auth.enrolment_ticket TO ates_auth;
