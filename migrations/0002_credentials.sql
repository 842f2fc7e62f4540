-- Merchants' accounts at couriers. Secrets stand here sealed, never plain.

CREATE TABLE credentials (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    id TEXT NOT NULL,
    courier TEXT NOT NULL,
    store_id TEXT,
    label TEXT NOT NULL,
    account_kind TEXT NOT NULL,
    environment TEXT NOT NULL,
    fields TEXT NOT NULL,
    endpoints TEXT NOT NULL,
    secrets TEXT NOT NULL,
    key_version BIGINT NOT NULL,
    version BIGINT NOT NULL,
    tested_outcome TEXT,
    tested_detail TEXT,
    tested_us BIGINT,
    last_used_us BIGINT,
    disabled_us BIGINT,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, store_id) REFERENCES stores (merchant_id, id)
);
-- COALESCE: two rows without a store would not clash otherwise.
CREATE UNIQUE INDEX credentials_by_label ON credentials (merchant_id, courier, COALESCE(store_id, ''), label);
CREATE INDEX credentials_by_key_version ON credentials (merchant_id, key_version, id);

-- Tokens live with the base URL they came from; a row without `sealed` is only a lease or a cool-down.
CREATE TABLE credential_tokens (
    merchant_id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    token TEXT NOT NULL,
    base_url TEXT NOT NULL,
    sealed TEXT,
    expires_us BIGINT,
    version BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_us BIGINT,
    failed_us BIGINT,
    PRIMARY KEY (merchant_id, credential_id, token, base_url),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credentials (merchant_id, id) ON DELETE CASCADE
);

-- Parcel numbers and the like: never given out twice.
CREATE TABLE counters (
    merchant_id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    name TEXT NOT NULL,
    next_value BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, credential_id, name),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credentials (merchant_id, id)
);

-- Couriers' daily limits must survive a restart. No merchant's: an application key may be shared by several.
CREATE TABLE limit_counters (
    name TEXT NOT NULL,
    window_us BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (name, window_us)
);
CREATE INDEX limit_counters_by_window ON limit_counters (window_us);
