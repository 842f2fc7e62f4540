-- Which version of each courier's plugin serves, what the operator granted, and every version that came here.

CREATE TABLE plugins (
    courier TEXT NOT NULL PRIMARY KEY,
    -- Where its first version came from: nobody else may bring another.
    source TEXT NOT NULL,
    -- The version in charge; none: its file was taken away.
    digest TEXT,
    -- What was in charge before, for a rollback without a name.
    previous_digest TEXT,
    -- The newest file in the plugins folder that was acted on: a rollback is not undone by the file that lies there still.
    folder_digest TEXT,
    is_enabled BOOLEAN NOT NULL,
    grants TEXT NOT NULL,
    limits TEXT NOT NULL,
    -- Grows with every change: hosts look for it.
    revision BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL
);

CREATE TABLE plugin_versions (
    courier TEXT NOT NULL,
    digest TEXT NOT NULL,
    version TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Why it does not serve.
    reason TEXT,
    wants TEXT NOT NULL,
    content BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (courier, digest)
);

-- Components that no version came of, newest last: the reason outlives the log.
CREATE TABLE plugin_refusals (
    id TEXT NOT NULL PRIMARY KEY,
    courier TEXT,
    version TEXT,
    digest TEXT,
    file TEXT,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_us BIGINT NOT NULL
);
CREATE INDEX plugin_refusals_by_courier ON plugin_refusals (courier, id);
