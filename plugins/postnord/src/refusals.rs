//! What PostNord cannot honour, refused before a booking: nothing is dropped in silence.

use crossdock_sdk::Refusals;
use crossdock_sdk::types::{Address, Message, Shipment};

/// REPORTED: longest door code in a free text.
const MAX_DOOR_CODE_CHARS: usize = 50;
/// Longest free text (CONFIRMED: Booking 3.5.29, `freeText.text`).
const MAX_FREE_TEXT_CHARS: usize = 1000;

/// Refuses what a booking has no place for.
pub fn refuse_what_cannot_be(shipment: &Shipment, is_return: bool, refusals: &mut Refusals) {
    refusals.other_payers(shipment, "PostNord bills the credential's customer number");
    if is_return {
        let words = "a return goes to its recipient";
        refusals.unless_absent("/return_to", shipment.return_to.as_ref(), words);
    }
    for (index, parcel) in shipment.parcels.iter().enumerate() {
        let at = format!("/parcels/{index}/declared_value");
        refusals.unless_absent(at, parcel.declared_value.as_ref(), "PostNord's insurance is not offered here");
    }
    let recipient = &shipment.recipient;
    for (option, value, member) in [
        ("notification-sms", &recipient.phone, "phone"),
        ("notification-call", &recipient.phone, "phone"),
        ("notification-email", &recipient.email, "email"),
    ] {
        if shipment.has_option(option) && value.is_none() {
            refusals.refuse(format!("/recipient/{member}"), "required", format!("the option {option} needs it"));
        }
    }
    refusals.longer_than(MAX_DOOR_CODE_CHARS, "/recipient/door_code", recipient.door_code.as_deref());
    refusals.longer_than(MAX_FREE_TEXT_CHARS, "/recipient/instructions", delivery_text(recipient).as_deref());
}

/// What the driver is told.
pub fn delivery_text(recipient: &Address) -> Option<String> {
    let entrance = recipient.entrance.as_ref().map(|entrance| format!("entrance {entrance}"));
    let floor = recipient.floor.as_ref().map(|floor| format!("floor {floor}"));
    let words: Vec<String> = [entrance, floor, recipient.instructions.clone()].into_iter().flatten().collect();
    Some(words.join(", ")).filter(|words| !words.is_empty())
}

/// What is not sent, and changes nothing of what is carried: PostNord asks for no description of a parcel, and comes to the
/// recipient's door only (a pickup is an order of its own, with its own words for the driver).
pub fn left_out(shipment: &Shipment) -> Vec<Message> {
    let mut notes = Vec::new();
    let mut note = |place: String, text: &str| {
        let pointer = Some(format!("/shipment{place}"));
        notes.push(Message { code: "not-sent".to_owned(), text: text.to_owned(), pointer, ..Message::default() });
    };
    for (index, parcel) in shipment.parcels.iter().enumerate() {
        if parcel.contents.is_some() {
            let words = "PostNord's booking takes no description of what is in a parcel";
            note(format!("/parcels/{index}/contents"), words);
        }
    }
    for (at, party) in [("/sender", Some(&shipment.sender)), ("/return_to", shipment.return_to.as_ref())] {
        let doors = party.map(|party| {
            [
                ("entrance", &party.entrance),
                ("floor", &party.floor),
                ("door_code", &party.door_code),
                ("instructions", &party.instructions),
            ]
        });
        for (member, _) in doors.into_iter().flatten().filter(|(_, value)| value.is_some()) {
            note(format!("{at}/{member}"), "PostNord is told of the recipient's door only");
        }
    }
    notes
}
