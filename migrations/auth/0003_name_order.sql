-- Names sort and are searched as people expect in every language, and addresses are compared without regard to case, whatever
-- locale the database was created with: the collation is PostgreSQL's own (Unicode), not the machine's.
ALTER TABLE auth."user" ALTER COLUMN display_name TYPE text COLLATE "und-x-icu";

DROP INDEX auth.user_email_key;
CREATE UNIQUE INDEX user_email_key ON auth."user" (lower(email COLLATE "und-x-icu") COLLATE "C");
