-- Calls of plugins that are played again before another version is put in charge, and what came of that.

-- Secrets are never in a recording, and personal data is replaced before it comes here; it is sealed all the same.
CREATE TABLE recorded_calls (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    -- The plugin call's own id: newest last.
    id TEXT NOT NULL,
    courier TEXT NOT NULL,
    operation TEXT NOT NULL,
    -- The version that made the call.
    plugin_version TEXT NOT NULL,
    sealed TEXT NOT NULL,
    key_version BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id)
);
CREATE INDEX recorded_calls_by_courier ON recorded_calls (courier, operation, id);
CREATE INDEX recorded_calls_by_age ON recorded_calls (recorded_us);

-- What is done with a version that does otherwise than the one in charge; none: as the host is configured.
ALTER TABLE plugins ADD COLUMN replay_policy TEXT;
-- Whether calls of this plugin are recorded.
ALTER TABLE plugins ADD COLUMN records_calls BOOLEAN NOT NULL DEFAULT TRUE;

-- What came of the replay, and the differences that it found.
ALTER TABLE plugin_versions ADD COLUMN verdict TEXT;
ALTER TABLE plugin_versions ADD COLUMN replay TEXT;
