-- Bookings and what came of them.

CREATE TABLE shipments (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    -- The account as it was when it booked, without its secrets: the credential may change later.
    account TEXT NOT NULL,
    courier TEXT NOT NULL,
    store_id TEXT,
    is_test BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    booking_reference TEXT NOT NULL UNIQUE,
    reference TEXT,
    request TEXT NOT NULL,
    plugin_version TEXT,
    courier_shipment_id TEXT,
    service TEXT,
    price TEXT,
    estimated_delivery TEXT,
    tracking_link TEXT,
    messages TEXT NOT NULL,
    part_failures TEXT NOT NULL,
    failure TEXT,
    extensions TEXT NOT NULL,
    settle_attempt BIGINT NOT NULL,
    settle_next_us BIGINT,
    resolution TEXT,
    resolved_by TEXT,
    version BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credentials (merchant_id, id),
    FOREIGN KEY (merchant_id, store_id) REFERENCES stores (merchant_id, id)
);
CREATE INDEX shipments_by_state ON shipments (merchant_id, state, id);
CREATE INDEX shipments_by_reference ON shipments (merchant_id, reference, id);
CREATE INDEX shipments_by_credential ON shipments (merchant_id, credential_id, id);
-- Cross-merchant: bookings to settle after a crash.
CREATE INDEX shipments_unsettled ON shipments (updated_us) WHERE state IN ('intent', 'unknown');

CREATE TABLE parcels (
    merchant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    is_return BOOLEAN NOT NULL,
    tracking_number TEXT,
    barcodes TEXT NOT NULL,
    extensions TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, shipment_id, is_return, position),
    FOREIGN KEY (merchant_id, shipment_id) REFERENCES shipments (merchant_id, id) ON DELETE CASCADE
);
CREATE INDEX parcels_by_number ON parcels (merchant_id, tracking_number);

-- Small papers stand in `content`, large ones in the object store under `object_key`.
CREATE TABLE documents (
    merchant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    category TEXT NOT NULL,
    format TEXT NOT NULL,
    page_size TEXT,
    dpi BIGINT,
    tracking_number TEXT,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    content BYTEA,
    object_key TEXT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, shipment_id) REFERENCES shipments (merchant_id, id) ON DELETE CASCADE
);
CREATE INDEX documents_by_shipment ON documents (merchant_id, shipment_id, id);

CREATE TABLE pickups (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    courier TEXT NOT NULL,
    is_test BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    request TEXT NOT NULL,
    pickup TEXT,
    failure TEXT,
    version BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credentials (merchant_id, id)
);
CREATE INDEX pickups_by_credential ON pickups (merchant_id, credential_id, id);
