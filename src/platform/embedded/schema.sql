-- Ids are UUIDs as 16 bytes, times are milliseconds since the Unix epoch.

CREATE TABLE lambda (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    failure TEXT
) STRICT;

CREATE TABLE version (
    lambda BLOB NOT NULL REFERENCES lambda (id),
    number INTEGER NOT NULL,
    source TEXT NOT NULL,
    event TEXT,
    env TEXT NOT NULL,
    limits TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (lambda, number)
) STRICT;

-- What is executed now. A row holds a slot of its event.
CREATE TABLE deployment (
    lambda BLOB PRIMARY KEY REFERENCES lambda (id),
    event TEXT,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    deployed_at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT;
CREATE INDEX deployment_event ON deployment (event);

CREATE TABLE activity (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    lambda TEXT,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX activity_lambda ON activity (lambda, id);

-- What was taken in the last 24 hours: SHA-256 of source and id.
CREATE TABLE seen (
    key BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

-- An event with its input, once for all its deliveries.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    event TEXT,
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    input TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    traceparent TEXT,
    schedule TEXT,
    schedule_due INTEGER,
    open INTEGER NOT NULL
) STRICT;
CREATE INDEX event_name ON event (source, event_id);

-- state: 0 waits until `due`, 1 is taken, 2 is a dead letter since `due`.
CREATE TABLE delivery (
    id BLOB PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    lambda BLOB NOT NULL REFERENCES lambda (id),
    state INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    reason TEXT,
    run BLOB
) STRICT;
CREATE INDEX delivery_due ON delivery (lambda, due) WHERE state < 2;
CREATE INDEX delivery_next ON delivery (due) WHERE state < 2;
CREATE INDEX delivery_dead ON delivery (due) WHERE state = 2;
CREATE INDEX delivery_event ON delivery (event);

CREATE TABLE run (
    id BLOB PRIMARY KEY,
    lambda TEXT NOT NULL,
    event TEXT,
    started_at INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    ended INTEGER NOT NULL, -- 0 succeeded, 1 failed, 2 cancelled
    kind TEXT,
    message TEXT,
    cause TEXT NOT NULL,
    version INTEGER,
    logs INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    words TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    delivery BLOB
) STRICT;
CREATE INDEX run_lambda ON run (lambda, id);
CREATE INDEX run_failed ON run (id) WHERE ended = 1;
CREATE INDEX run_lambda_failed ON run (lambda, id) WHERE ended = 1;
CREATE INDEX run_figures ON run (started_at, ended, duration_us, lambda);
CREATE INDEX run_delivery ON run (delivery) WHERE delivery IS NOT NULL;

CREATE TABLE record (
    id BLOB PRIMARY KEY,
    run TEXT NOT NULL,
    input TEXT NOT NULL,
    input_sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE schedule (
    name TEXT PRIMARY KEY,
    lambda BLOB NOT NULL REFERENCES lambda (id),
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    input TEXT NOT NULL,
    paused INTEGER NOT NULL,
    next_at INTEGER,
    last_at INTEGER
) STRICT;

CREATE TABLE token (
    name TEXT PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

-- Sums that would cost a walk over the whole table to ask for.
CREATE TABLE sum (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sum VALUES ('queued', 0), ('queued_bytes', 0), ('run_bytes', 0);

CREATE TRIGGER delivery_added AFTER INSERT ON delivery WHEN new.state < 2 BEGIN
    UPDATE sum SET value = value + 1 WHERE name = 'queued';
    UPDATE sum SET value = value + new.bytes WHERE name = 'queued_bytes';
END;
CREATE TRIGGER delivery_died AFTER UPDATE OF state ON delivery WHEN old.state < 2 AND new.state = 2 BEGIN
    UPDATE sum SET value = value - 1 WHERE name = 'queued';
    UPDATE sum SET value = value - old.bytes WHERE name = 'queued_bytes';
END;
CREATE TRIGGER delivery_redriven AFTER UPDATE OF state ON delivery WHEN old.state = 2 AND new.state < 2 BEGIN
    UPDATE sum SET value = value + 1 WHERE name = 'queued';
    UPDATE sum SET value = value + old.bytes WHERE name = 'queued_bytes';
END;
CREATE TRIGGER delivery_done AFTER DELETE ON delivery WHEN old.state < 2 BEGIN
    UPDATE sum SET value = value - 1 WHERE name = 'queued';
    UPDATE sum SET value = value - old.bytes WHERE name = 'queued_bytes';
END;
CREATE TRIGGER delivery_gone AFTER DELETE ON delivery BEGIN
    UPDATE event SET open = open - 1 WHERE id = old.event;
    DELETE FROM event WHERE id = old.event AND open <= 0;
END;
CREATE TRIGGER run_kept AFTER INSERT ON run BEGIN
    UPDATE sum SET value = value + new.bytes WHERE name = 'run_bytes';
END;
CREATE TRIGGER run_forgotten AFTER DELETE ON run BEGIN
    UPDATE sum SET value = value - old.bytes WHERE name = 'run_bytes';
    DELETE FROM record WHERE id = old.id;
END;
