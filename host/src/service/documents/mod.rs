//! Papers: from what a plugin says they are made of to their bytes.

mod join;

pub use join::join;

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::model::document::{Document, DocumentContent, ResolvedDocument};
use crate::model::failure::{Failure, FailureKind, PartFailure};
use crate::model::id::{DocumentId, ShipmentId};
use crate::outbound::Session;
use crate::store::documents::DocumentRow;

/// Papers of one booking that are kept; more would not be a booking.
const MAX_DOCUMENTS: usize = 200;

/// Gets the bytes of each paper. One that cannot be had becomes a failure beside the others.
pub async fn resolve(session: &Session, documents: Vec<Document>) -> (Vec<ResolvedDocument>, Vec<PartFailure>) {
    let mut resolved = Vec::new();
    let mut failures = Vec::new();
    for document in documents.into_iter().take(MAX_DOCUMENTS) {
        match bytes(session, document.content).await {
            Ok(bytes) => resolved.push(ResolvedDocument { about: document.about, bytes }),
            Err(failure) => failures.push(PartFailure { parcel: None, failure }),
        }
    }
    (resolved, failures)
}

async fn bytes(session: &Session, content: DocumentContent) -> Result<Vec<u8>, Failure> {
    match content {
        DocumentContent::Bytes(bytes) => Ok(bytes),
        DocumentContent::Kept(number) => session.take_kept(number).ok_or_else(|| {
            Failure::new(FailureKind::UnexpectedAnswer, "no_kept_value", format!("nothing was kept as {number}"))
        }),
        DocumentContent::Link(url) => session.fetch_link(&url).await,
    }
}

/// Makes the row of a paper.
pub fn row(app: &App, shipment: &ShipmentId, document: &ResolvedDocument) -> DocumentRow {
    let now = app.clock.now();
    let about = &document.about;
    DocumentRow {
        id: DocumentId::new(now, &*app.random),
        shipment_id: shipment.clone(),
        category: about.category.clone(),
        format: about.format.clone(),
        page_size: about.page_size.clone(),
        dpi: about.dpi.map(i64::from),
        tracking_number: about.tracking_number.clone(),
        size_bytes: i64::try_from(document.bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&document.bytes)),
        object_key: None,
        created_at: now,
    }
}
