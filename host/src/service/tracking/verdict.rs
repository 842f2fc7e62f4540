//! Which status a parcel has, by MODEL's rules: the newest event by the courier's time decides unless the courier states a newer
//! status of its own; a final status is left only for another final one.

use jiff::Timestamp;

use crate::model::tracking::{Status, Tracking, TrackingEvent};

/// A status and since when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// When it became true by the courier's time, where that is known.
    pub since: Option<Timestamp>,
}

/// Decides the status from what was known before and what the courier says now.
pub fn decide(before: Option<Verdict>, said: &Tracking) -> Verdict {
    let now = stated(said);
    let Some(before) = before else { return now };
    if before.status.is_final() && !now.status.is_final() {
        return before;
    }
    let is_older = matches!((before.since, now.since), (Some(before), Some(now)) if now < before);
    if is_older || (now.status == Status::Unknown && before.status != Status::Unknown) { before } else { now }
}

/// What this answer alone says.
fn stated(said: &Tracking) -> Verdict {
    let own_since = said.status_at.as_ref().and_then(|moment| moment.instant());
    let newest = newest(&said.events);
    let own = Verdict { status: said.status, since: own_since.or(newest.and_then(|verdict| verdict.since)) };
    match newest {
        Some(newest) if own.status == Status::Unknown => newest,
        Some(newest) if matches!((own_since, newest.since), (Some(own), Some(newest)) if newest > own) => newest,
        _ => own,
    }
}

/// The newest event that says where the parcel is. Events come oldest first; times that are not known keep that order.
fn newest(events: &[TrackingEvent]) -> Option<Verdict> {
    let mut newest: Option<Verdict> = None;
    for event in events.iter().filter(|event| !event.informational && event.status != Status::Unknown) {
        let since = event.occurred_at.as_ref().and_then(|moment| moment.instant());
        let is_older =
            matches!((newest.and_then(|verdict| verdict.since), since), (Some(newest), Some(since)) if since < newest);
        let leaves_final = newest.is_some_and(|verdict| verdict.status.is_final()) && !event.status.is_final();
        if !is_older && !leaves_final {
            newest = Some(Verdict { status: event.status, since });
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::moment::Moment;

    fn event(status: Status, at: &str) -> TrackingEvent {
        TrackingEvent {
            occurred_at: Some(Moment { at: Some(at.to_owned()), local: at[..19].to_owned(), zone_known: true }),
            status,
            incident_reason: None,
            courier_code: None,
            courier_text: None,
            city: None,
            postal_code: None,
            region: None,
            country: None,
            place: None,
            position: None,
            parcel: None,
            courier_key: at.to_owned(),
            informational: false,
        }
    }

    fn tracking(status: Status, events: Vec<TrackingEvent>) -> Tracking {
        Tracking {
            number: "1".into(),
            status,
            incident_reason: None,
            courier_code: None,
            courier_text: None,
            status_at: None,
            estimated_delivery: None,
            service: None,
            weight_grams: None,
            signed_by: None,
            proof_of_delivery: Vec::new(),
            service_point: None,
            pickup_deadline: None,
            pieces: None,
            related_numbers: Vec::new(),
            events,
            messages: Vec::new(),
            extensions: Vec::new(),
        }
    }

    #[test]
    fn the_newest_event_decides_where_the_courier_states_nothing() {
        let said = tracking(
            Status::Unknown,
            vec![
                event(Status::OutForDelivery, "2026-03-04T08:15:00+01:00"),
                event(Status::InTransit, "2026-03-03T08:15:00+01:00"),
            ],
        );
        assert_eq!(decide(None, &said).status, Status::OutForDelivery);
    }

    #[test]
    fn a_late_event_does_not_undo_a_delivery() {
        let delivered =
            decide(None, &tracking(Status::Delivered, vec![event(Status::Delivered, "2026-03-04T10:00:00+01:00")]));
        let late = tracking(Status::InTransit, vec![event(Status::InTransit, "2026-03-04T11:00:00+01:00")]);
        assert_eq!(decide(Some(delivered), &late).status, Status::Delivered);
        let returned =
            tracking(Status::ReturnedToSender, vec![event(Status::ReturnedToSender, "2026-03-06T11:00:00+01:00")]);
        assert_eq!(decide(Some(delivered), &returned).status, Status::ReturnedToSender);
    }

    #[test]
    fn an_event_that_only_informs_keeps_the_status() {
        let mut notice = event(Status::InTransit, "2026-03-05T10:00:00+01:00");
        notice.informational = true;
        let said =
            tracking(Status::Unknown, vec![event(Status::AvailableForPickup, "2026-03-04T10:00:00+01:00"), notice]);
        assert_eq!(decide(None, &said).status, Status::AvailableForPickup);
    }
}
