-- Calls to couriers, answers to repeat, work to do, and who did what.

-- merchant_id is NULL for calls without a merchant. No foreign keys: the log outlives what it speaks of.
CREATE TABLE courier_calls (
    id TEXT NOT NULL PRIMARY KEY,
    merchant_id TEXT,
    courier TEXT NOT NULL,
    plugin_version TEXT NOT NULL,
    credential_id TEXT,
    operation TEXT NOT NULL,
    call_id TEXT NOT NULL,
    method TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT,
    outcome TEXT NOT NULL,
    duration_ms BIGINT NOT NULL,
    request_bytes BIGINT NOT NULL,
    response_bytes BIGINT NOT NULL,
    request_headers TEXT NOT NULL,
    response_headers TEXT NOT NULL,
    request_body BYTEA,
    response_body BYTEA,
    error TEXT,
    started_us BIGINT NOT NULL
);
CREATE INDEX courier_calls_by_merchant ON courier_calls (merchant_id, id);
CREATE INDEX courier_calls_by_age ON courier_calls (started_us);

CREATE TABLE idempotency (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    idempotency_key TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    status BIGINT,
    headers TEXT NOT NULL,
    body BYTEA,
    shipment_id TEXT,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, idempotency_key, method, path),
    FOREIGN KEY (merchant_id, shipment_id) REFERENCES shipments (merchant_id, id) ON DELETE CASCADE
);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_us);
CREATE INDEX idempotency_by_shipment ON idempotency (merchant_id, shipment_id);

-- merchant_id is NULL for the platform's own work.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    merchant_id TEXT REFERENCES merchants (id),
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    state TEXT NOT NULL,
    priority BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    run_us BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_us BIGINT,
    last_error TEXT,
    unique_key TEXT,
    created_us BIGINT NOT NULL,
    finished_us BIGINT
);
CREATE INDEX jobs_by_merchant ON jobs (merchant_id, id);
CREATE INDEX jobs_ready ON jobs (priority, run_us, id) WHERE state IN ('available', 'scheduled', 'retryable');
CREATE INDEX jobs_leased ON jobs (lease_until_us) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_us) WHERE finished_us IS NOT NULL;
-- One unfinished job for each piece of work.
CREATE UNIQUE INDEX jobs_unfinished ON jobs (kind, unique_key)
    WHERE unique_key IS NOT NULL AND finished_us IS NULL;

-- merchant_id is NULL for operators' acts on the platform itself. No foreign keys: the log outlives what it speaks of.
CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    merchant_id TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    source_ip TEXT,
    at_us BIGINT NOT NULL
);
CREATE INDEX audit_log_by_merchant ON audit_log (merchant_id, id);
CREATE INDEX audit_log_by_age ON audit_log (at_us);
