//! How pushes are authenticated.

use super::access::{check_header, has_field};
use super::{Flaws, shapes};
use crate::Description;
use crate::description::{SignedPart, WebhookAuthentication, WebhookKey, WebhookProof};

/// Checks it, and that a plugin which reads pushes declares it.
pub fn check(description: &Description, flaws: &mut Flaws) {
    let reads = |name: &String| name == "webhooks";
    let gives = description.accounts.iter().any(|account| account.capabilities.iter().any(reads));
    let Some(webhook) = &description.webhook else {
        flaws.expect(!gives, "/webhook", "an account kind gives webhooks, so say how they are authenticated");
        return;
    };
    flaws.expect(!webhook.any_of.is_empty(), "/webhook/any_of", "at least one proof");
    let is_open = webhook.any_of.iter().any(|proof| matches!(proof, WebhookProof::PathOnly {}));
    let is_alone = webhook.any_of.len() == 1;
    flaws.expect(!is_open || is_alone, "/webhook/any_of", "path-only beside another proof makes that one void");
    for (place, proof) in webhook.any_of.iter().enumerate() {
        check_proof(description, webhook, proof, &format!("/webhook/any_of/{place}"), flaws);
    }
    if let Some(handshake) = &webhook.handshake {
        let at = "/webhook/handshake";
        flaws.expect(handshake.pointer.is_some() != handshake.header.is_some(), at, "either a pointer or a header");
        let is_pointer = handshake.pointer.as_deref().is_none_or(shapes::is_pointer);
        flaws.expect(is_pointer, format!("{at}/pointer"), "a JSON Pointer");
        let is_header = handshake.header.as_deref().is_none_or(shapes::is_header_name);
        flaws.expect(is_header, format!("{at}/header"), "a header's name");
    }
}

fn check_proof(
    description: &Description,
    webhook: &WebhookAuthentication,
    proof: &WebhookProof,
    at: &str,
    flaws: &mut Flaws,
) {
    let keys: Vec<&WebhookKey> = match proof {
        WebhookProof::Hmac { header, signed, key, .. } => {
            check_header(header, &format!("{at}/header"), flaws);
            check_signed(signed, at, flaws);
            vec![key]
        }
        WebhookProof::Basic { user, password } => vec![user, password],
        WebhookProof::Bearer { key } => vec![key],
        WebhookProof::Header { name, key } => {
            check_header(name, &format!("{at}/name"), flaws);
            vec![key]
        }
        WebhookProof::Query { name, key } => {
            flaws.expect(!name.is_empty() && shapes::is_line(name), format!("{at}/name"), "a name on one line");
            vec![key]
        }
        WebhookProof::Plugin {} | WebhookProof::PathOnly {} => Vec::new(),
    };
    for key in keys {
        match key {
            WebhookKey::WebhookSecret => {}
            WebhookKey::Field(key) => {
                flaws.expect(has_field(description, key), at, format!("no account kind has a field {key:?}"));
            }
            WebhookKey::HandshakeSecret => {
                flaws.expect(webhook.handshake.is_some(), at, "no handshake is declared");
            }
        }
    }
}

fn check_signed(signed: &[SignedPart], at: &str, flaws: &mut Flaws) {
    let has_body = signed.iter().any(|part| matches!(part, SignedPart::Body));
    flaws.expect(has_body, format!("{at}/signed"), "a signature that leaves out the body proves nothing about it");
    for (number, part) in signed.iter().enumerate() {
        if let SignedPart::Header(name) = part {
            let pointer = format!("{at}/signed/{number}");
            flaws.expect(shapes::is_header_name(name), pointer, "a header's name");
        }
    }
}
