-- An employee (specification, §1). Employees are never deleted: the ledger speaks of them for ever.
CREATE TABLE auth."user" (
    user_id uuid PRIMARY KEY,
    role text NOT NULL CHECK (role IN ('worker', 'accountant', 'manager', 'admin')),
    display_name text NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 100),
    email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    locale text NOT NULL CHECK (locale IN ('en', 'ru')),
    creation_time timestamptz NOT NULL DEFAULT now()
);

-- One employee per address, however it is capitalised.
CREATE UNIQUE INDEX user_email_key ON auth."user" (lower(email));

GRANT SELECT, INSERT, UPDATE (role, display_name, email, locale) ON auth."user" TO ates_auth;
