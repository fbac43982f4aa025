-- What the benchmarks of the ledger, of the tracker and of analytics do in the database, in as few statements as it takes: the days that a company has behind it, and
-- the ceilings. All of it is complete, with its events and deliveries: the audit finds nothing wrong.
CREATE SCHEMA bench;

-- An id for an event of that moment, such as the product makes them (UUID 7): the millisecond, then chance.
CREATE FUNCTION bench.event_id(moment timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE
AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7' || right(replace(gen_random_uuid()::text, '-', ''), 19))::uuid
$$;

-- What an event tells of an entry.
CREATE FUNCTION bench.change(entry accounting.account_log, user_id uuid) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object('log_id', entry.log_id, 'account_id', entry.account_id, 'user_id', user_id, 'entry_no', entry.entry_no,
        'type', entry.type, 'signed_amount', entry.signed_amount, 'balance_before', entry.balance_after - entry.signed_amount,
        'balance_after', entry.balance_after, 'business_day', entry.business_day, 'event_time', entry.event_time)
$$;

-- What an event tells of a day's income.
CREATE FUNCTION bench.change(income accounting.manager_income_by_day) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object('date', income.date, 'total_assign_fee', income.total_assign_fee,
        'total_resolve_price', income.total_resolve_price, 'revision', income.revision)
$$;

-- What a service told of a task in the day that is set down now.
CREATE UNLOGGED TABLE bench.told (
    event_id uuid NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    task_id bigint NOT NULL,
    user_id uuid NOT NULL,
    -- The signed amount that is booked for it, in cents; nothing for a task_create.
    amount bigint
);

-- A day's work, with all that is stored of it: tasks go to the accounts by turns, which are numbered from 1 without gaps, and seven of eight
-- tasks are finished.
CREATE FUNCTION bench.work(of_day date, tasks integer) RETURNS void
LANGUAGE sql
AS $$
    TRUNCATE bench.told;

    WITH task AS (
        INSERT INTO tracker.task (title, description, status, creator_user_id, assignee_user_id, creation_time, assigned_at, resolution_time)
        SELECT format('Count to %s', n), '', CASE WHEN n % 8 = 0 THEN 'IN_PROGRESS' ELSE 'DONE' END, user_id, user_id, began_at, began_at,
            CASE WHEN n % 8 <> 0 THEN began_at + interval '1 hour' END
        FROM generate_series(1, tasks) AS n
        CROSS JOIN (SELECT count(*) FROM accounting.account) AS accounts
        CROSS JOIN LATERAL (SELECT of_day::timestamp AT TIME ZONE 'UTC' + interval '9 hours' + n * interval '8 hours' / tasks) AS time (began_at)
        JOIN accounting.account ON account_id = 1 + n % accounts.count
        RETURNING task_id, assignee_user_id, creation_time, resolution_time
    ), assignment AS (
        INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at) SELECT task_id, assignee_user_id, creation_time FROM task
    )
    INSERT INTO bench.told
    SELECT bench.event_id(occurred_at), kind, occurred_at, task_id, assignee_user_id, amount
    FROM task CROSS JOIN LATERAL (VALUES
        ('task_create', creation_time, NULL),
        ('task_assign', creation_time, -(1000 + task_id * 7919 % 1001)),
        ('task_resolve', resolution_time, 2000 + task_id * 7907 % 2001)
    ) AS told (kind, occurred_at, amount)
    WHERE occurred_at IS NOT NULL;

    INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time)
    SELECT task_id, 1000 + task_id * 7919 % 1001, 2000 + task_id * 7907 % 2001, occurred_at FROM bench.told WHERE kind = 'task_create';

    INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
    SELECT event_id, kind, 'tracker', occurred_at, of_day, CASE kind
            WHEN 'task_create' THEN jsonb_build_object('task_id', task_id, 'title', format('Task %s', task_id), 'creator_user_id', user_id)
            WHEN 'task_assign' THEN jsonb_build_object('task_id', task_id, 'assignee_user_id', user_id)
            ELSE jsonb_build_object('task_id', task_id, 'title', format('Task %s', task_id), 'resolver_user_id', user_id)
        END
    FROM bench.told ORDER BY event_id;

    INSERT INTO bus.delivery (event_id, subscription, provides, status, dispatch_no, attempt_no, finished_at)
    SELECT event_id, 'accounting.' || kind, CASE kind WHEN 'task_create' THEN 'price:' || task_id END, 'done', 1, 1, now()
    FROM bench.told ORDER BY event_id;

    INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'analytics.task_resolve' FROM bench.told WHERE kind = 'task_resolve';

    WITH booked AS (
        INSERT INTO accounting.account_log (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
        SELECT account_id, entry_count + row_number() OVER before, CASE WHEN amount < 0 THEN 'WITHDRAW' ELSE 'DEPOSIT' END, abs(amount),
            balance + sum(amount) OVER before, jsonb_build_object('event_id', event_id, 'task_id', task_id), occurred_at, of_day
        FROM bench.told JOIN accounting.account USING (user_id)
        WHERE amount IS NOT NULL
        WINDOW before AS (PARTITION BY account_id ORDER BY event_id)
        ORDER BY event_id
        RETURNING account_log AS entry
    ), told AS (
        INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
        SELECT bench.event_id((entry).event_time), 'account_log_change', 'accounting', (entry).event_time, of_day, bench.change(entry, user_id)
        FROM booked JOIN accounting.account ON account_id = (entry).account_id
        RETURNING event_id
    )
    INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'analytics.account_log_change' FROM told;

    UPDATE accounting.account SET balance = balance + sum, entry_count = entry_count + entries
    FROM (SELECT user_id, sum(amount), count(amount) AS entries FROM bench.told GROUP BY user_id) AS moved
    WHERE account.user_id = moved.user_id;

    WITH income AS (
        INSERT INTO accounting.manager_income_by_day (date, total_assign_fee, total_resolve_price, revision)
        SELECT of_day, coalesce(-sum(amount) FILTER (WHERE amount < 0), 0), coalesce(sum(amount) FILTER (WHERE amount > 0), 0), 1
        FROM bench.told
        RETURNING manager_income_by_day AS income
    ), told AS (
        INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
        SELECT bench.event_id(now()), 'manager_income_by_day_change', 'accounting', now(), of_day, bench.change(income) FROM income
        RETURNING event_id
    )
    INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'analytics.manager_income_by_day_change' FROM told;
$$;

-- All letters are sent.
CREATE FUNCTION bench.post_letters() RETURNS void
LANGUAGE sql
AS $$
    UPDATE accounting.letter SET sent_at = now() WHERE sent_at IS NULL;
    UPDATE bus.delivery SET status = 'done', dispatch_no = 1, attempt_no = 1, finished_at = now()
    WHERE status = 'waiting' AND subscription = 'accounting.payroll_letter';
$$;

-- What attempts at deliveries of task_assign do: after the locks everything is one statement.
CREATE FUNCTION bench.book(
    delivery_ids bigint[], event_ids uuid[], task_ids bigint[], user_ids uuid[], occurred_ats timestamptz[], business_days date[]
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM accounting.account WHERE user_id = ANY (user_ids) ORDER BY account_id FOR NO KEY UPDATE;

    WITH done AS (
        UPDATE bus.delivery SET status = 'done', attempt_open = false, finished_at = now() WHERE delivery_id = ANY (delivery_ids)
    ), booked AS (
        INSERT INTO accounting.account_log (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
        SELECT account_id, entry_count + row_number() OVER before, 'WITHDRAW', assign_fee, balance - sum(assign_fee) OVER before,
            jsonb_build_object('event_id', event_id, 'task_id', task_id), occurred_at, business_day
        FROM unnest(event_ids, task_ids, user_ids, occurred_ats, business_days)
            AS posting (event_id, task_id, user_id, occurred_at, business_day)
        JOIN accounting.task_price USING (task_id) JOIN accounting.account USING (user_id)
        WINDOW before AS (PARTITION BY account_id ORDER BY event_id)
        RETURNING account_log AS entry
    ), moved AS (
        UPDATE accounting.account SET balance = balance - sum, entry_count = entry_count + entries
        FROM (SELECT (entry).account_id, sum((entry).amount), count(*) AS entries FROM booked GROUP BY 1) AS sums
        WHERE account.account_id = sums.account_id
        RETURNING account.account_id, user_id
    ), income AS (
        INSERT INTO accounting.manager_income_by_day AS income (date, total_assign_fee, total_resolve_price, revision)
        SELECT (entry).business_day, sum((entry).amount), 0, 1 FROM booked GROUP BY 1
        ON CONFLICT (date) DO UPDATE
        SET total_assign_fee = income.total_assign_fee + excluded.total_assign_fee, revision = income.revision + 1
        RETURNING income
    ), told AS (
        INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
        SELECT bench.event_id(now()), 'account_log_change', 'accounting', now(), (entry).business_day, bench.change(entry, user_id)
        FROM booked JOIN moved ON account_id = (entry).account_id
        UNION ALL
        SELECT bench.event_id(now()), 'manager_income_by_day_change', 'accounting', now(), (income).date, bench.change(income) FROM income
        RETURNING event_id, kind
    )
    INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'analytics.' || kind FROM told;
END
$$;

-- Pays the next accounts of a run that books, as many as a transaction of the product does, by one statement. Answers how many.
CREATE FUNCTION bench.pay(of_day date) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    looked_at bigint;
BEGIN
    WITH locked AS (
        SELECT account_id, user_id, balance, entry_count FROM accounting.account
        WHERE account_id > (SELECT last_account_id FROM accounting.payroll_run WHERE business_day = of_day FOR NO KEY UPDATE)
        ORDER BY account_id LIMIT 1000 FOR NO KEY UPDATE
    ), closed AS (
        SELECT *, balance - (
                SELECT coalesce(sum(signed_amount), 0) FROM accounting.account_log
                WHERE account_log.account_id = locked.account_id AND business_day > of_day
            )::bigint AS closing
        FROM locked
    ), booked AS (
        INSERT INTO accounting.account_log (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
        SELECT account_id, entry_count + 1, 'CLEAR', closing, balance - closing, jsonb_build_object('payroll_day', of_day), now(), of_day
        FROM closed WHERE closing > 0
        RETURNING account_log AS entry
    ), paid AS (
        UPDATE accounting.account SET balance = (entry).balance_after, entry_count = (entry).entry_no
        FROM booked WHERE account_id = (entry).account_id
    ), letter AS (
        INSERT INTO accounting.letter (business_day, written_at, account_id, paid, balance, last_entry_no)
        SELECT of_day, now(), account_id, greatest(closing, 0), least(closing, 0), entry_count + (closing > 0)::integer FROM closed
        RETURNING letter_id, account_id, paid
    ), told AS (
        INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
        SELECT bench.event_id(now()), 'account_log_change', 'accounting', now(), of_day, bench.change(entry, user_id)
        FROM booked JOIN locked ON account_id = (entry).account_id
        UNION ALL
        SELECT bench.event_id(now()), 'payroll_letter', 'accounting', now(), of_day,
            jsonb_build_object('letter_id', letter_id, 'user_id', user_id, 'day', of_day, 'paid', paid)
        FROM letter JOIN locked USING (account_id)
        RETURNING event_id, kind
    ), sent AS (
        INSERT INTO bus.delivery (event_id, subscription)
        SELECT event_id, CASE kind WHEN 'payroll_letter' THEN 'accounting.' ELSE 'analytics.' END || kind FROM told
    ), total AS (
        SELECT max(account_id) AS last, count(*) AS accounts, count(*) FILTER (WHERE closing > 0) AS payouts,
            coalesce(sum(closing) FILTER (WHERE closing > 0), 0) AS paid, count(*) FILTER (WHERE closing < 0) AS debtors,
            coalesce(sum(closing) FILTER (WHERE closing < 0), 0) AS debt
        FROM closed
    ), advanced AS (
        UPDATE accounting.payroll_run AS run
        SET last_account_id = last, accounts = run.accounts + total.accounts, payouts = run.payouts + total.payouts, paid = run.paid + total.paid,
            debtors = run.debtors + total.debtors, debt = run.debt + total.debt, letters = run.letters + total.accounts
        FROM total WHERE business_day = of_day AND total.accounts > 0
    )
    SELECT accounts INTO looked_at FROM total;
    RETURN looked_at;
END
$$;

-- Tasks that are open, each with its price, held by those who have an account by turns; who they are is made up.
CREATE FUNCTION bench.open_tasks(tasks integer) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO auth."user" (user_id, role, display_name, email, locale)
    SELECT user_id, 'worker', format('Parrot %s', account_id), format('%s@parrots.example', account_id), 'en' FROM accounting.account;

    WITH task AS (
        INSERT INTO tracker.task (title, description, creator_user_id, assignee_user_id, creation_time, assigned_at)
        SELECT format('Count to %s', n), '', user_id, user_id, now(), now()
        FROM generate_series(1, tasks) AS n
        CROSS JOIN (SELECT count(*) FROM accounting.account) AS accounts
        JOIN accounting.account ON account_id = 1 + n % accounts.count
        ORDER BY n
        RETURNING task_id, assignee_user_id, creation_time
    ), assignment AS (
        INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at) SELECT * FROM task
    )
    INSERT INTO accounting.task_price (task_id, assign_fee, resolve_price, creation_time)
    SELECT task_id, 1000 + task_id * 7919 % 1001, 2000 + task_id * 7907 % 2001, creation_time FROM task;
$$;

-- Gives the next open tasks of a run to random employees, as many as a transaction of the product does, by one statement. Answers how many.
CREATE FUNCTION bench.reassign(of_run bigint, employees uuid[]) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    given bigint;
BEGIN
    WITH locked AS (
        SELECT task_id, assignee_user_id AS holder FROM tracker.task
        WHERE status = 'IN_PROGRESS'
            AND task_id > (SELECT cursor_task_id FROM tracker.reassign_run WHERE run_id = of_run FOR NO KEY UPDATE)
        ORDER BY task_id LIMIT 1000 FOR NO KEY UPDATE
    ), drawn AS MATERIALIZED (
        SELECT task_id, holder, employees[1 + floor(random() * cardinality(employees))::integer] AS assignee, bench.event_id(now()) AS event_id
        FROM locked
    ), assigned AS (
        UPDATE tracker.task SET assignee_user_id = assignee, assigned_at = now() FROM drawn WHERE task.task_id = drawn.task_id
    ), noted AS (
        INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at, run_id) SELECT task_id, assignee, now(), of_run FROM drawn
    ), told AS (
        INSERT INTO bus.event (event_id, kind, source, occurred_at, business_day, payload)
        SELECT event_id, 'task_assign', 'tracker', now(), now()::date,
            jsonb_build_object('task_id', task_id, 'assignee_user_id', assignee, 'run_id', of_run)
        FROM drawn
    ), sent AS (
        INSERT INTO bus.delivery (event_id, subscription) SELECT event_id, 'accounting.task_assign' FROM drawn
    ), share AS (
        INSERT INTO tracker.reassign_share AS share (run_id, user_id, gained, lost)
        SELECT of_run, user_id, sum(gained), sum(lost) FROM (
            SELECT assignee AS user_id, 1 AS gained, 0 AS lost FROM drawn WHERE assignee <> holder
            UNION ALL
            SELECT holder, 0, 1 FROM drawn WHERE assignee <> holder
        ) AS moved GROUP BY user_id
        ON CONFLICT (run_id, user_id) DO UPDATE SET gained = share.gained + excluded.gained, lost = share.lost + excluded.lost
    ), total AS (
        SELECT max(task_id) AS last, count(*) AS tasks FROM drawn
    ), advanced AS (
        UPDATE tracker.reassign_run AS run
        SET cursor_task_id = last, assigned = run.assigned + tasks, batch_no = batch_no + 1, advanced_at = now()
        FROM total WHERE run_id = of_run AND tasks > 0
    )
    SELECT tasks INTO given FROM total;
    RETURN given;
END
$$;

-- What attempts at deliveries of account_log_change do: marks them as done and counts the entries, by as few statements as it takes. Every
-- account moves on one day only, so that nothing has to be corrected.
CREATE FUNCTION bench.count_entries(delivery_ids bigint[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    WITH done AS (
        UPDATE bus.delivery SET status = 'done', attempt_open = false, finished_at = now() WHERE delivery_id = ANY (delivery_ids)
        RETURNING event_id
    ), entry AS (
        SELECT (payload ->> 'log_id')::bigint AS log_id, (payload ->> 'account_id')::bigint AS account_id,
            (payload ->> 'signed_amount')::bigint AS amount, (payload ->> 'business_day')::date AS business_day
        FROM done JOIN bus.event USING (event_id)
    ), counted AS (
        INSERT INTO analytics.counted_entry (generation, log_id) SELECT 0, log_id FROM entry ON CONFLICT DO NOTHING
    ), moved AS (
        SELECT account_id, business_day, sum(amount)::bigint AS amount FROM entry GROUP BY account_id, business_day
    ), balance AS (
        INSERT INTO analytics.account AS known (generation, account_id, balance)
        SELECT 0, account_id, sum(amount) FROM moved GROUP BY account_id ORDER BY account_id
        ON CONFLICT (generation, account_id) DO UPDATE SET balance = known.balance + excluded.balance
        RETURNING account_id, balance
    ), day AS (
        INSERT INTO analytics.account_day AS known (generation, account_id, business_day, amount)
        SELECT 0, account_id, business_day, amount FROM moved
        ON CONFLICT (generation, account_id, business_day) DO UPDATE SET amount = known.amount + excluded.amount
    ), crossing AS (
        SELECT business_day, (balance.balance < 0)::integer - (balance.balance - moved.amount < 0)::integer AS change
        FROM moved JOIN balance USING (account_id)
    )
    INSERT INTO analytics.company_data_by_day AS known (generation, date, negative_balance_account_change)
    SELECT 0, business_day, sum(change) FROM crossing GROUP BY business_day HAVING sum(change) <> 0
    ON CONFLICT (generation, date) DO UPDATE
    SET negative_balance_account_change = known.negative_balance_account_change + excluded.negative_balance_account_change;
END
$$;

-- All read models at once, from the stored events. Answers how many events that were.
CREATE FUNCTION bench.build_read_models() RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    events bigint;
BEGIN
    CREATE TEMPORARY TABLE day ON COMMIT DROP AS
    SELECT (payload ->> 'account_id')::bigint AS account_id, (payload ->> 'business_day')::date AS business_day,
        sum((payload ->> 'signed_amount')::bigint)::bigint AS amount, count(*) AS events
    FROM bus.event WHERE kind = 'account_log_change' GROUP BY 1, 2;

    CREATE TEMPORARY TABLE counted_entry ON COMMIT DROP AS
    SELECT (payload ->> 'log_id')::bigint AS log_id FROM bus.event WHERE kind = 'account_log_change';
    CREATE UNIQUE INDEX ON counted_entry (log_id);

    CREATE TEMPORARY TABLE company ON COMMIT DROP AS
    SELECT business_day, sum(change) AS change FROM (
        SELECT business_day, is_negative::integer - coalesce(lag(is_negative) OVER (PARTITION BY account_id ORDER BY business_day), false)::integer
            AS change
        FROM (
            SELECT account_id, business_day, sum(amount) OVER (PARTITION BY account_id ORDER BY business_day) < 0 AS is_negative FROM day
        ) AS closing
    ) AS crossing GROUP BY business_day;

    CREATE TEMPORARY TABLE income ON COMMIT DROP AS
    SELECT DISTINCT ON (payload ->> 'date') payload FROM bus.event WHERE kind = 'manager_income_by_day_change'
    ORDER BY payload ->> 'date', (payload ->> 'revision')::bigint DESC;

    CREATE TEMPORARY TABLE remarkable ON COMMIT DROP AS
    SELECT DISTINCT ON (business_day) business_day, task_id, resolve_price
    FROM bus.event JOIN accounting.task_price ON task_id = (payload ->> 'task_id')::bigint WHERE kind = 'task_resolve'
    ORDER BY business_day, resolve_price DESC, task_id;

    SELECT count(*) INTO events FROM bus.event WHERE kind IN ('account_log_change', 'manager_income_by_day_change', 'task_resolve');
    RETURN events;
END
$$;
