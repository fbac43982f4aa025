-- Nobody creates or finishes tasks until this is through.
LOCK TABLE tracker.task IN ACCESS EXCLUSIVE MODE;

-- A reassignment of all open tasks (specification, §2). It walks from task to task in the order of their numbers, a batch per transaction, in which
-- the cursor moves, too. So wherever it is broken off, nobody is charged twice and no task is skipped.
--   running
--   done
--   failed      there was nobody whom a task could be given to
--   cancelled   somebody stopped it; what it had given out by then stays so
CREATE TABLE tracker.reassign_run (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed', 'cancelled')),
    -- The employee who started it; nothing where an operator did.
    started_by uuid,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- The newest task when it started: later ones are not in it.
    last_task_id bigint NOT NULL,
    -- How many tasks were open when it started.
    open_tasks bigint NOT NULL,
    -- Which batch is next; and the task up to which all are through.
    batch_no bigint NOT NULL DEFAULT 1,
    cursor_task_id bigint NOT NULL DEFAULT 0,
    -- How many were given to somebody so far.
    assigned bigint NOT NULL DEFAULT 0,
    -- When it got on last.
    advanced_at timestamptz NOT NULL,
    CONSTRAINT a_run_that_has_ended_says_when CHECK ((status = 'running') = (finished_at IS NULL))
);

-- One at a time, whoever asks and however often.
CREATE UNIQUE INDEX one_running_reassign_run ON tracker.reassign_run ((true)) WHERE status = 'running';

-- A task that could not be given to anybody: it keeps who has it. Each is tried once more, alone, when the walk is through.
CREATE TABLE tracker.reassign_failure (
    run_id bigint NOT NULL REFERENCES tracker.reassign_run,
    -- A foreign key would wait for whoever has the task locked, and the batch with it. Tasks are never deleted.
    task_id bigint NOT NULL,
    error text NOT NULL,
    is_final boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, task_id)
);

-- Those that are to be tried once more, however many are final.
CREATE INDEX reassign_failure_to_retry ON tracker.reassign_failure (run_id, task_id) WHERE NOT is_final;

-- What a run changed for an employee: how many tasks they have that somebody else had, and the other way round.
CREATE TABLE tracker.reassign_share (
    run_id bigint NOT NULL REFERENCES tracker.reassign_run,
    user_id uuid NOT NULL,
    gained bigint NOT NULL,
    lost bigint NOT NULL,
    PRIMARY KEY (run_id, user_id)
);

-- What the last runs changed for an employee.
CREATE INDEX reassign_share_of_user ON tracker.reassign_share (user_id, run_id DESC);

-- Who was given a task, from the first to the last.
CREATE TABLE tracker.assignment (
    task_id bigint NOT NULL REFERENCES tracker.task,
    assignment_id bigint GENERATED ALWAYS AS IDENTITY,
    assignee_user_id uuid NOT NULL,
    assigned_at timestamptz NOT NULL,
    -- The run that did it; nothing where it was given when it was created.
    run_id bigint REFERENCES tracker.reassign_run,
    PRIMARY KEY (task_id, assignment_id)
);

ALTER TABLE tracker.task
    -- When its assignee was given it.
    ADD COLUMN assigned_at timestamptz,
    -- By which its creator's request is known again, however often it comes.
    ADD COLUMN creation_key text CHECK (char_length(creation_key) BETWEEN 1 AND 200);

CREATE UNIQUE INDEX task_of_creation_key ON tracker.task (creator_user_id, creation_key) WHERE creation_key IS NOT NULL;

-- Until now no task was given to anybody again.
UPDATE tracker.task SET assigned_at = creation_time;
ALTER TABLE tracker.task ALTER COLUMN assigned_at SET NOT NULL;
INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at)
SELECT task_id, assignee_user_id, creation_time FROM tracker.task ORDER BY task_id;

-- The walk, however many tasks are done.
CREATE INDEX task_open ON tracker.task (task_id) WHERE status = 'IN_PROGRESS';

GRANT SELECT, INSERT, UPDATE (status, finished_at, batch_no, cursor_task_id, assigned, advanced_at) ON tracker.reassign_run TO ates_tracker;
GRANT UPDATE (assigned_at) ON tracker.task TO ates_tracker;
GRANT SELECT, INSERT ON tracker.assignment TO ates_tracker;
GRANT SELECT, INSERT, UPDATE (gained, lost) ON tracker.reassign_share TO ates_tracker;
GRANT SELECT, INSERT, DELETE, UPDATE (error, is_final) ON tracker.reassign_failure TO ates_tracker;
