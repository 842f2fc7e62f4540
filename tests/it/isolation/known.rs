//! What the test knows of places where ids stand, in paths, queries and bodies.

use serde_json::{Value, json};

use super::owner::Owner;

/// What a name in a path, a query or a body stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A merchant's own row of this kind.
    Row(Kind),
    /// What every merchant sees, or what is no id.
    Public,
}

/// Kinds of a merchant's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Store,
    Credential,
    Shipment,
    Document,
    Pickup,
}

impl Kind {
    /// A well-formed id of the kind that no merchant has.
    pub fn of_nothing(self) -> String {
        let prefix = match self {
            Self::Store => "sto_",
            Self::Credential => "cred_",
            Self::Shipment => "shp_",
            Self::Document => "lbl_",
            Self::Pickup => "pck_",
        };
        format!("{prefix}01KAZZZZZZZZZZZZZZZZZZZZZZ")
    }
}

/// Returns what a parameter of a path stands for; `None`: the test does not know it.
pub fn in_path(path: &str, name: &str) -> Option<Meaning> {
    let resource = path.strip_prefix("/v1/")?.split('/').next()?;
    match (resource, name) {
        ("couriers", "courier") | ("tracking", "number") => Some(Meaning::Public),
        ("credentials", "id") => Some(Meaning::Row(Kind::Credential)),
        ("shipments", "id") => Some(Meaning::Row(Kind::Shipment)),
        ("shipments", "document_id") => Some(Meaning::Row(Kind::Document)),
        ("pickups", "id") => Some(Meaning::Row(Kind::Pickup)),
        _ => None,
    }
}

/// Returns what a member of a body or a parameter of a query stands for, where its name is an id's; `None`: the test does not know it.
pub fn by_name(name: &str) -> Option<Meaning> {
    match name {
        "store_id" => Some(Meaning::Row(Kind::Store)),
        "credential_id" | "credential_ids" => Some(Meaning::Row(Kind::Credential)),
        "shipment_ids" => Some(Meaning::Row(Kind::Shipment)),
        // Numbers of tax offices.
        "tax_ids" => Some(Meaning::Public),
        // The courier's own name of a shipment that a merchant tells us.
        "courier_shipment_id" => Some(Meaning::Public),
        _ => None,
    }
}

/// Whether a name is an id's.
pub fn is_id(name: &str) -> bool {
    name == "id" || name.ends_with("_id") || name.ends_with("_ids")
}

/// Returns a valid body for an operation that takes one; `None`: the test does not know it.
pub fn body(owner: &Owner, method: &str, path: &str) -> Option<Value> {
    let account = &owner.account;
    let shipment = &account.shipment;
    Some(match (method, path) {
        ("post", "/v1/stores") => json!({"name": "Shop"}),
        ("post", "/v1/credentials" | "/v1/credentials/test") => account.request.clone(),
        ("patch", "/v1/credentials/{id}") => json!({"label": "Taken over"}),
        ("post", "/v1/rates") => json!({"shipment": shipment}),
        ("post", "/v1/shipments") => json!({"courier": account.request["courier"], "shipment": shipment}),
        ("post", "/v1/shipments/{id}/resolve") => json!({"resolution": "not_booked"}),
        ("post", "/v1/pickups") => json!({"courier": account.request["courier"], "pickup": owner.pickup}),
        ("post", "/v1/addresses/validate") => {
            json!({"courier": account.request["courier"], "address": shipment["recipient"]})
        }
        _ => return None,
    })
}

/// Returns the query that an operation cannot do without.
pub fn query(path: &str) -> &'static str {
    match path {
        "/v1/service-points" => "country=SE&postal_code=11122",
        _ => "",
    }
}
