//! A shipment as the API shows it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::api::body::booking::{BookedParcelBody, MessageBody, PartFailureBody};
use crate::http::api::body::document::DocumentBody;
use crate::http::api::body::moment::WindowBody;
use crate::http::api::body::money::PriceBody;
use crate::http::problem::Problem;
use crate::model::booking::BookedParcel;
use crate::model::credential::AccountUsed;
use crate::model::document::DocumentAbout;
use crate::service::shipments;
use crate::store::documents::DocumentRow;
use crate::store::parcels::ParcelRow;

/// The account that a shipment is booked with and billed to, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountUsed)]
pub struct AccountUsedBody {
    /// The credential's label when it booked.
    #[schema(example = "Main")]
    pub label: String,
    /// The kind of account, as the courier's description lists it.
    #[schema(example = "main")]
    pub kind: String,
    /// Its plain fields, such as the customer number that the courier bills; never a secret.
    #[schema(example = json!({"customer_number": "20014477"}))]
    pub fields: BTreeMap<String, String>,
}

impl From<AccountUsed> for AccountUsedBody {
    fn from(AccountUsed { label, kind, fields }: AccountUsed) -> Self {
        Self { label, kind, fields }
    }
}

/// A shipment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Shipment)]
pub struct ShipmentView {
    /// Its id.
    pub id: String,
    /// `intent` (being booked), `booked`, `failed`, `unknown` (the answer was lost; the courier is asked), `cancelled`.
    pub state: &'static str,
    /// The courier.
    pub courier: String,
    /// The account that it is booked with and billed to.
    pub credential_id: String,
    /// That account as it was when it booked.
    pub account: AccountUsedBody,
    /// The shop.
    pub store_id: Option<String>,
    /// Whether it belongs to the test data.
    pub test: bool,
    /// The merchant's first reference.
    pub reference: Option<String>,
    /// The reference that the courier was given.
    pub booking_reference: String,
    /// What the courier calls it.
    pub courier_shipment_id: Option<String>,
    /// The courier's service code.
    pub service: Option<String>,
    /// Its parcels.
    pub parcels: Vec<BookedParcelBody>,
    /// Parcels of the way back.
    pub return_parcels: Vec<BookedParcelBody>,
    /// Its papers.
    pub documents: Vec<DocumentBody>,
    /// What the courier will bill, where it says so when it books.
    pub price: Option<PriceBody>,
    /// When it should arrive.
    pub estimated_delivery: Option<WindowBody>,
    /// The consumer's tracking page.
    pub tracking_link: Option<String>,
    /// What the courier said beside it.
    pub messages: Vec<MessageBody>,
    /// What failed while the booking stands.
    pub failures: Vec<PartFailureBody>,
    /// Why there is no booking, or why nobody knows.
    pub problem: Option<Problem>,
    /// When the courier is asked next, while the state is `unknown`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub settle_next_at: Option<Timestamp>,
    /// How a person closed it: `booked_as` or `not_booked`.
    pub resolution: Option<&'static str>,
    /// Grows with every change.
    pub version: i64,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<&shipments::ShipmentView> for ShipmentView {
    fn from(view: &shipments::ShipmentView) -> Self {
        let shipment = view.shipment.clone();
        let parcels = |is_return: bool| {
            let those = view.parcels.iter().filter(|parcel| parcel.is_return == is_return);
            those.map(|parcel| parcel_body(parcel.clone())).collect()
        };
        Self {
            parcels: parcels(false),
            return_parcels: parcels(true),
            documents: view.documents.iter().map(document_body).collect(),
            id: shipment.id.to_string(),
            state: shipment.state.as_str(),
            courier: shipment.courier.to_string(),
            credential_id: shipment.credential_id.to_string(),
            account: shipment.account.0.into(),
            store_id: shipment.store_id.map(String::from),
            test: shipment.is_test,
            reference: shipment.reference,
            booking_reference: shipment.booking_reference,
            courier_shipment_id: shipment.courier_shipment_id,
            service: shipment.service,
            price: shipment.price.map(|price| price.0.into()),
            estimated_delivery: shipment.estimated_delivery.map(|window| window.0.into()),
            tracking_link: shipment.tracking_link,
            messages: shipment.messages.0.into_iter().map(Into::into).collect(),
            failures: shipment.part_failures.0.into_iter().map(Into::into).collect(),
            problem: shipment.failure.map(|failure| Problem::from_failure(&failure)),
            settle_next_at: shipment.settle_next_at,
            resolution: shipment.resolution.map(|resolution| resolution.as_str()),
            version: shipment.version,
            created_at: shipment.created_at,
            updated_at: shipment.updated_at,
        }
    }
}

fn parcel_body(parcel: ParcelRow) -> BookedParcelBody {
    BookedParcelBody::from(BookedParcel {
        index: u32::try_from(parcel.position).unwrap_or_default(),
        tracking_number: parcel.tracking_number,
        barcodes: parcel.barcodes.0,
        extensions: parcel.extensions.0,
    })
}

/// A paper with the address of its bytes.
pub fn document_body(row: &DocumentRow) -> DocumentBody {
    let about = DocumentAbout {
        category: row.category.clone(),
        format: row.format.clone(),
        page_size: row.page_size.clone(),
        dpi: row.dpi.and_then(|dpi| u32::try_from(dpi).ok()),
        tracking_number: row.tracking_number.clone(),
    };
    let url = format!("/v1/shipments/{}/documents/{}", row.shipment_id, row.id);
    DocumentBody::new(row.id.clone(), about, u64::try_from(row.size_bytes).unwrap_or_default(), url)
}
