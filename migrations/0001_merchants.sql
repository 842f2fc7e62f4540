-- Merchants, their shops and keys. Valid on SQLite and PostgreSQL alike: times are BIGINT microseconds since 1970,
-- JSON is TEXT, bytes are BYTEA (SQLite keeps a blob as it is under any declared type).

CREATE TABLE merchants (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    disabled_us BIGINT,
    created_us BIGINT NOT NULL
);

CREATE TABLE stores (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

-- merchant_id is NULL for operators' keys.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    merchant_id TEXT REFERENCES merchants (id),
    public_id TEXT NOT NULL UNIQUE,
    hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    ip_allow_list TEXT NOT NULL,
    limits TEXT NOT NULL,
    replaced_by TEXT,
    expires_us BIGINT,
    revoked_us BIGINT,
    last_used_us BIGINT,
    created_us BIGINT NOT NULL
);
CREATE INDEX api_keys_by_merchant ON api_keys (merchant_id, id);

-- Merchants' data keys, wrapped by a root key.
CREATE TABLE merchant_keys (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    version BIGINT NOT NULL,
    wrapped TEXT NOT NULL,
    root_kid TEXT NOT NULL,
    state TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, version)
);
CREATE INDEX merchant_keys_by_root ON merchant_keys (root_kid, merchant_id, version);

-- Proof at start-up that the root key is the one that the data was sealed under, and the pepper of API keys wrapped by it.
CREATE TABLE vault_checks (
    root_kid TEXT NOT NULL PRIMARY KEY,
    check_value TEXT NOT NULL,
    pepper TEXT NOT NULL,
    created_us BIGINT NOT NULL
);
