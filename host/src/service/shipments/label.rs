//! Labels: kept ones first, else fetched from the courier again; those of several parcels joined into one.

use std::collections::BTreeMap;

use crate::app::App;
use crate::model::caller::Merchant;
use crate::model::id::{DocumentId, ShipmentId};
use crate::model::question::Question;
use crate::service::choices;
use crate::service::connection::{ASK_DEADLINE, open};
use crate::service::documents::{join, resolve};
use crate::service::error::{Error, Result};
use crate::service::recordings;
use crate::store::documents::{self, DocumentRow};

use super::{ShipmentView, booked, get, outcome};

/// What labels are called among the papers.
const CATEGORY: &str = "label";

/// Which label is wanted.
#[derive(Debug, Clone, Default)]
pub struct WantedLabel {
    /// `None`: as it was booked.
    pub format: Option<String>,
    /// Only the parcel with this tracking number.
    pub number: Option<String>,
    /// Only the parcel at this place in the order, from 0.
    pub parcel: Option<u32>,
}

/// A shipment's label, or the labels of all its parcels in one.
#[derive(Debug, Clone)]
pub struct Label {
    /// What it is; of joined ones the first.
    pub about: DocumentRow,
    /// Whether it was joined of several.
    pub is_joined: bool,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Returns a shipment's label; of several parcels, all of them in the order of the parcels.
///
/// # Errors
///
/// `Invalid` if the courier has no such format or the shipment no such parcel, `Unsupported` if it cannot make one after booking,
/// `NotFound` if there is none, `SeveralLabels` if there are several of a format that cannot be joined.
pub async fn label(app: &App, merchant: &Merchant, id: &ShipmentId, wanted: &WantedLabel) -> Result<Label> {
    let view = get(app, merchant, id).await?;
    booked(&view)?;
    let number = picked(&view, wanted)?;
    let format = wanted.format.as_deref().unwrap_or(&view.shipment.request.label_format);
    if let Some(rows) = complete(&view, format, number.as_deref()) {
        return read(app, merchant, rows).await;
    }
    fetch(app, merchant, &view, format).await?;
    let view = get(app, merchant, id).await?;
    let rows =
        complete(&view, format, number.as_deref()).ok_or(Error::NotFound("label of each parcel in this format"))?;
    read(app, merchant, rows).await
}

/// The number of the one parcel that is wanted.
fn picked(view: &ShipmentView, wanted: &WantedLabel) -> Result<Option<String>> {
    let unknown = |name: &str| Error::invalid(name, "unknown_parcel", "the shipment has no such parcel");
    let mut parcels = view.parcels.iter().filter(|parcel| !parcel.is_return);
    if let Some(number) = &wanted.number {
        let found = parcels.find(|parcel| parcel.tracking_number.as_ref() == Some(number));
        return found.map(|parcel| parcel.tracking_number.clone()).ok_or_else(|| unknown("/tracking_number"));
    }
    let Some(place) = wanted.parcel else { return Ok(None) };
    let found = parcels.find(|parcel| parcel.position == i64::from(place)).ok_or_else(|| unknown("/parcel"))?;
    Ok(found.tracking_number.clone())
}

/// The kept labels that make up what is wanted, each parcel's once; `None` unless every parcel that is meant has one.
fn complete<'a>(view: &'a ShipmentView, format: &str, number: Option<&str>) -> Option<Vec<&'a DocumentRow>> {
    let labels = || view.documents.iter().filter(|row| row.category == CATEGORY && row.format == format);
    // The newest of each: two requests at once may both have fetched it.
    let own: BTreeMap<&str, &DocumentRow> =
        labels().filter_map(|row| Some((row.tracking_number.as_deref()?, row))).collect();
    let shared: BTreeMap<&str, &DocumentRow> =
        labels().filter(|row| row.tracking_number.is_none()).map(|row| (row.sha256.as_str(), row)).collect();
    if let Some(number) = number {
        // A paper that names no parcel is for all of them.
        return own.get(number).map(|row| vec![*row]).or_else(|| newest(&shared).map(|row| vec![row]));
    }
    let numbers =
        view.parcels.iter().filter(|parcel| !parcel.is_return).map(|parcel| parcel.tracking_number.as_deref());
    let each: Option<Vec<&DocumentRow>> = numbers.map(|number| own.get(number?).copied()).collect();
    let are_numbered = view.parcels.iter().any(|parcel| !parcel.is_return && parcel.tracking_number.is_some());
    each.filter(|rows| !rows.is_empty()).or_else(|| {
        // Where parcels have no numbers, those on their labels belong to nothing that could be missing.
        let unplaced = own.into_values().filter(|_| !are_numbered);
        let mut rows: Vec<&DocumentRow> = shared.into_values().chain(unplaced).collect();
        rows.sort_by(|left, right| left.id.cmp(&right.id));
        (!rows.is_empty()).then_some(rows)
    })
}

fn newest<'a>(rows: &BTreeMap<&str, &'a DocumentRow>) -> Option<&'a DocumentRow> {
    rows.values().copied().max_by(|left, right| left.id.cmp(&right.id))
}

async fn read(app: &App, merchant: &Merchant, rows: Vec<&DocumentRow>) -> Result<Label> {
    let about = (*rows.first().ok_or(Error::NotFound("label"))?).clone();
    let mut contents = Vec::with_capacity(rows.len());
    let mut tx = app.db.begin_read(merchant.id()).await?;
    for row in &rows {
        let content = documents::content(&mut tx, merchant.id(), &row.id).await?;
        contents.push(content.ok_or(Error::NotFound("label"))?);
    }
    drop(tx);
    if contents.len() == 1 {
        return Ok(Label { about, is_joined: false, bytes: contents.remove(0) });
    }
    let documents: Vec<DocumentId> = rows.iter().map(|row| row.id.clone()).collect();
    match join(&about.format, contents).await {
        Some(bytes) => Ok(Label { about, is_joined: true, bytes }),
        None => Err(Error::SeveralLabels { shipment: about.shipment_id, format: about.format, documents }),
    }
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
    let booked = booked(view)?;
    let found = connection.plugin.label(running.call, &booked, format).await;
    let question = || Question::Label { shipment: booked.clone(), format: format.to_owned() };
    recordings::finish(running.recording, &found, question);
    let found = found?.map_err(|failure| Error::courier(connection.courier(), failure))?;
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
