-- A task (specification, §2).
CREATE TABLE tracker.task (
    task_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    description text NOT NULL CHECK (char_length(description) <= 10000),
    status text NOT NULL DEFAULT 'IN_PROGRESS' CHECK (status IN ('IN_PROGRESS', 'DONE')),
    creator_user_id uuid NOT NULL,
    assignee_user_id uuid NOT NULL,
    creation_time timestamptz NOT NULL,
    resolution_time timestamptz,
    CONSTRAINT done_tasks_say_when CHECK ((status = 'DONE') = (resolution_time IS NOT NULL))
);

-- An employee's own tasks of one status, newest first.
CREATE INDEX task_of_assignee ON tracker.task (assignee_user_id, status, task_id DESC);

GRANT SELECT, INSERT, UPDATE (status, assignee_user_id, resolution_time) ON tracker.task TO ates_tracker;
