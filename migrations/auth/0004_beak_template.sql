-- What a recogniser remembers of an employee's beak. Photos are never stored.
CREATE TABLE auth.beak_template (
    template_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth."user",
    -- Name and version of the recogniser that made the template; only the same one can compare it.
    recogniser text NOT NULL CHECK (char_length(recogniser) BETWEEN 1 AND 100),
    template bytea NOT NULL CHECK (octet_length(template) BETWEEN 1 AND 65536),
    creation_time timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX beak_template_of_recogniser ON auth.beak_template (recogniser, template_id);
CREATE INDEX beak_template_of_user ON auth.beak_template (user_id);

GRANT SELECT, INSERT ON auth.beak_template TO ates_auth;
