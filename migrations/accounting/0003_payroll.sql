-- A night's payroll: one run for each business day, whoever starts it and however often (specification, decision 6).
--   waiting   for the day's deliveries, until they are finished or patience is over
--   booking   every account up to last_account_id is paid
--   done
CREATE TABLE accounting.payroll_run (
    business_day date PRIMARY KEY,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'booking', 'done')),
    -- By the real clock: patience is measured from here.
    started_at timestamptz NOT NULL DEFAULT now(),
    -- The employee who started it; nothing where its time had come, or an operator did.
    started_by uuid,
    booking_since timestamptz,
    -- The deliveries of the day that were not finished when booking began: what they book is paid the next night.
    unfinished_deliveries bigint,
    last_account_id bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    -- What was found and booked so far.
    accounts bigint NOT NULL DEFAULT 0,
    payouts bigint NOT NULL DEFAULT 0,
    paid bigint NOT NULL DEFAULT 0,
    debtors bigint NOT NULL DEFAULT 0,
    debt bigint NOT NULL DEFAULT 0,
    letters bigint NOT NULL DEFAULT 0,
    CONSTRAINT a_run_says_how_far_it_is CHECK ((status <> 'waiting') = (booking_since IS NOT NULL) AND (status = 'done') = (finished_at IS NOT NULL))
);
CREATE INDEX payroll_run_unfinished ON accounting.payroll_run (business_day) WHERE status <> 'done';

-- What an account holder is told of a payroll, written with it and sent afterwards (specification, decision 7). What is told follows from
-- entries, which never change. That it is to be sent is an event: the bus knows how far it is with that.
CREATE TABLE accounting.letter (
    letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_day date NOT NULL REFERENCES accounting.payroll_run,
    account_id bigint NOT NULL REFERENCES accounting.account,
    written_at timestamptz NOT NULL,
    -- The payout; zero where there was nothing to pay.
    paid bigint NOT NULL CHECK (paid >= 0),
    -- Closing of the day after it: zero, or the debt that is carried over.
    balance bigint NOT NULL CHECK (balance <= 0),
    -- The account's entries up to this one are what was paid for. Later ones of the same day belong to the next letter.
    last_entry_no bigint NOT NULL,
    -- When the post took it.
    sent_at timestamptz,
    UNIQUE (business_day, account_id)
);
CREATE INDEX letter_unsent ON accounting.letter (business_day) WHERE sent_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON accounting.payroll_run TO ates_accounting;
GRANT SELECT, INSERT, UPDATE (sent_at) ON accounting.letter TO ates_accounting;
