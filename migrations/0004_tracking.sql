-- What couriers say of tracking numbers, whether booked here or not.

CREATE TABLE trackings (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    id TEXT NOT NULL,
    courier TEXT NOT NULL,
    number TEXT NOT NULL,
    is_test BOOLEAN NOT NULL,
    credential_id TEXT NOT NULL,
    shipment_id TEXT,
    status TEXT NOT NULL,
    detail TEXT NOT NULL,
    version BIGINT NOT NULL,
    refreshed_us BIGINT,
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, courier, number, is_test),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credentials (merchant_id, id),
    FOREIGN KEY (merchant_id, shipment_id) REFERENCES shipments (merchant_id, id)
);
CREATE INDEX trackings_by_number ON trackings (merchant_id, number);
CREATE INDEX trackings_by_shipment ON trackings (merchant_id, shipment_id);
CREATE INDEX trackings_by_credential ON trackings (merchant_id, credential_id);

CREATE TABLE tracking_events (
    merchant_id TEXT NOT NULL,
    tracking_id TEXT NOT NULL,
    courier_key TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    occurred_us BIGINT,
    event TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, tracking_id, courier_key),
    FOREIGN KEY (merchant_id, tracking_id) REFERENCES trackings (merchant_id, id) ON DELETE CASCADE
);
CREATE INDEX tracking_events_by_age ON tracking_events (created_us);
