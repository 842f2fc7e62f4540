//! Booking's error catalogue, in our own words where only the code is a fact.

use serde_json::{Value, json};

/// Codes and what they mean; `-SENDER` and `-RECIPIENT` may follow where the last column says so.
pub const CATALOGUE: [(&str, &str, bool); 38] = [
    ("BOOK-INPUT-001", "Bad request", false),
    ("BOOK-INPUT-002", "A weight is needed", false),
    ("BOOK-INPUT-003", "The schema version is missing", false),
    ("BOOK-INPUT-004", "No consignment given", false),
    ("BOOK-INPUT-005", "Only one consignment can be booked at a time", false),
    ("BOOK-INPUT-006", "The sender is missing", false),
    ("BOOK-INPUT-007", "The recipient is missing", false),
    ("BOOK-INPUT-008", "The product is missing", false),
    ("BOOK-INPUT-009", "No package given", false),
    ("BOOK-INPUT-012", "The shipping date is missing", false),
    ("BOOK-INPUT-013", "Dimensions are missing", false),
    ("BOOK-INPUT-014", "The name is missing", true),
    ("BOOK-INPUT-015", "The address is missing", true),
    ("BOOK-INPUT-016", "The city is missing", true),
    ("BOOK-INPUT-017", "The country code is missing", true),
    ("BOOK-INPUT-018", "The product id is missing", false),
    ("BOOK-INPUT-019", "The customer number is missing", false),
    ("BOOK-INPUT-020", "The product id is not valid", false),
    ("BOOK-INPUT-021", "The customer number is not valid", false),
    ("BOOK-INPUT-022", "The product cannot be used for this country", true),
    ("BOOK-INPUT-023", "The package is too big or too heavy", false),
    ("BOOK-INPUT-024", "The address is outside of the coverage", false),
    ("BOOK-INPUT-025", "The product does not run between these countries", false),
    ("BOOK-INPUT-028", "The country code is not valid", true),
    ("BOOK-INPUT-029", "The customer number does not fit country and product", false),
    ("BOOK-INPUT-030", "The test indicator is missing", false),
    ("BOOK-INPUT-032", "The product takes one package only", false),
    ("BOOK-INPUT-041", "The purchase order is not valid", false),
    ("BOOK-INPUT-045", "The pickup point was not found", false),
    ("BOOK-INPUT-047", "The pickup point is not available", false),
    ("BOOK-INPUT-072", "The recipient has no phone number", false),
    ("BOOK_INPUT-057", "The postal code is not valid", true),
    ("BOOK_INPUT-059", "The request cannot be parsed", false),
    ("BOOK_VALIDATION-002", "E-advising needs a mobile number or an e-mail address", false),
    ("BOOK_VALIDATION-011", "A notification needs a mobile number or an e-mail address", false),
    ("BOOK-AUTHORIZATION-001", "Not allowed to book with this customer number", false),
    ("BOOK-INTERNAL-001", "Internal error", false),
    ("BOOK-INTERNAL-002", "A system behind is down", false),
];

/// A booking answer made of errors: code and suffix each.
pub fn answer(correlation_id: Option<&str>, errors: &[(&str, &str)]) -> Value {
    let errors: Vec<Value> = errors
        .iter()
        .enumerate()
        .map(|(index, (code, suffix))| {
            let message = CATALOGUE.iter().find(|(known, ..)| known == code).map_or("Bad request", |row| row.1);
            json!({"uniqueId": format!("00000000-0000-4000-8000-{index:012}"), "code": format!("{code}{suffix}"),
                "messages": [{"lang": "en", "message": message}]})
        })
        .collect();
    json!({"consignments": [{"confirmation": null, "errors": errors, "correlationId": correlation_id}]})
}
