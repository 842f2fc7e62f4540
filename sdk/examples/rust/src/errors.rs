//! What Examplepost says when it refuses.

use crossdock_sdk::{Failure, FromJson, Response};

#[derive(FromJson)]
struct Refused {
    error: Error,
}

#[derive(FromJson)]
struct Error {
    #[json(required)]
    code: String,
    text: Option<String>,
    fields: Vec<Field>,
}

#[derive(FromJson)]
struct Field {
    field: String,
    code: Option<String>,
    text: Option<String>,
}

/// The answer if its status is 2xx; else a failure with Examplepost's code and words.
pub fn accepted(answer: Response) -> Result<Response, Failure> {
    if answer.is_success() {
        return Ok(answer);
    }
    let Ok(Refused { error }) = answer.read::<Refused>() else {
        // A proxy in between speaks no Examplepost.
        return answer.error_for_status();
    };
    let words = error.text.unwrap_or_else(|| error.code.clone());
    let failure = answer.failure(error.code, words);
    Err(error.fields.into_iter().fold(failure, |failure, field| {
        let pointer = pointer(&field.field);
        let code = field.code.unwrap_or_else(|| "invalid".to_owned());
        failure.problem(pointer, code, field.text.unwrap_or(field.field))
    }))
}

/// `to.zip` as `/shipment/recipient/postal_code`.
fn pointer(field: &str) -> String {
    let names = field.split('.').map(|name| match name {
        "from" => "sender",
        "to" => "recipient",
        "zip" => "postal_code",
        "name" => "person",
        other => other,
    });
    ["/shipment"].into_iter().chain(names).collect::<Vec<_>>().join("/")
}
