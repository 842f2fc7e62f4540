-- Tokens shared between hosts. Those kept before are dropped: they are fetched again when they are needed.

DROP TABLE credential_tokens;

-- A token lives with the base URL that it came from and with the account that it was fetched for: a keyed digest of the
-- credential's fields and secrets, so that a call which still holds replaced secrets cannot leave its token to the new ones.
-- A row without `sealed` is only a lease or a cool-down; `failure` says why the last exchange gave nothing.
CREATE TABLE credential_tokens (
    merchant_id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    token TEXT NOT NULL,
    base_url TEXT NOT NULL,
    account TEXT NOT NULL,
    sealed TEXT,
    key_version BIGINT,
    fetched_us BIGINT,
    expires_us BIGINT,
    version BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_us BIGINT,
    failure TEXT,
    retry_us BIGINT,
    PRIMARY KEY (merchant_id, credential_id, token, base_url, account),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credentials (merchant_id, id) ON DELETE CASCADE
);
