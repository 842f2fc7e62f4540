//! Labels: kept ones first, else fetched from the courier again.

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::ShipmentId;
use crate::service::choices;
use crate::service::connection::{ASK_DEADLINE, open};
use crate::service::documents::resolve;
use crate::service::error::{Error, Result};
use crate::store::documents::{self, DocumentRow};

use super::{ShipmentView, booked, get, outcome};

/// What labels are called among the papers.
const CATEGORY: &str = "label";

/// A label with its bytes.
#[derive(Debug, Clone)]
pub struct Label {
    /// What it is.
    pub about: DocumentRow,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Returns a shipment's label in a format; `None`: in the one that it was booked with. `number` picks one parcel's.
///
/// # Errors
///
/// `Invalid` if the courier has no such format, `Unsupported` if it cannot make one after booking, `NotFound` if there is none.
pub async fn label(
    app: &App,
    merchant: &Merchant,
    id: &ShipmentId,
    format: Option<&str>,
    number: Option<&str>,
) -> Result<Label> {
    let view = get(app, merchant, id).await?;
    booked(&view)?;
    let format = format.unwrap_or(&view.shipment.request.label_format);
    if let Some(kept) = kept(app, merchant, &view, format, number).await? {
        return Ok(kept);
    }
    fetch(app, merchant, &view, format).await?;
    let view = get(app, merchant, id).await?;
    kept(app, merchant, &view, format, number).await?.ok_or(Error::NotFound("label"))
}

async fn kept(
    app: &App,
    merchant: &Merchant,
    view: &ShipmentView,
    format: &str,
    number: Option<&str>,
) -> Result<Option<Label>> {
    let is_meant = |document: &&DocumentRow| {
        let is_parcels =
            number.is_none() || document.tracking_number.is_none() || document.tracking_number.as_deref() == number;
        document.category == CATEGORY && document.format == format && is_parcels
    };
    let Some(about) = view.documents.iter().find(is_meant) else {
        return Ok(None);
    };
    let mut tx = app.db.begin_read(merchant.id()).await?;
    let bytes = documents::content(&mut tx, merchant.id(), &about.id).await?;
    Ok(bytes.map(|bytes| Label { about: about.clone(), bytes }))
}

async fn fetch(app: &App, merchant: &Merchant, view: &ShipmentView, format: &str) -> Result<()> {
    let shipment = &view.shipment;
    let connection = open(app, merchant, &shipment.credential_id).await?;
    if let Some(mut problem) =
        choices::refused_format(connection.plugin.description(), shipment.service.as_deref(), format)
    {
        problem.pointer = "/format".to_owned();
        return Err(Error::Invalid { problems: vec![problem] });
    }
    connection.require("shipments", "label")?;
    let running = connection.start(app, "label", ASK_DEADLINE);
    let found = connection.plugin.label(running.call, &booked(view)?, format).await?;
    let found = found.map_err(|failure| Error::courier(connection.courier(), failure))?;
    let (papers, mut missing) = resolve(&running.session, found).await;
    if papers.is_empty()
        && let Some(missing) = missing.pop()
    {
        return Err(Error::courier(connection.courier(), missing.failure));
    }
    let mut tx = app.db.begin(merchant.id()).await?;
    outcome::write_documents(app, &mut tx, merchant.id(), &shipment.id, &papers).await?;
    Ok(tx.commit().await?)
}
