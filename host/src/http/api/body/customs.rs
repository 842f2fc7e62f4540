//! What customs wants to know.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parcel::{ItemBody, MAX_ITEMS};
use super::{ExtensionsBody, check_extensions, from_extensions, to_extensions};
use crate::http::validate::{Findings, Validate};
use crate::model::shipment::Customs;

const MAX_TEXT_CHARS: usize = 100;

const CONTENT_TYPES: [&str; 6] = ["documents", "gift", "sample", "merchandise", "returned-goods", "other"];

/// Who can pay.
pub const PAYERS: [&str; 3] = ["sender", "recipient", "third-party"];

/// Incoterms 2020, and the older ones that couriers still take.
const INCOTERMS: [&str; 15] =
    ["EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF", "DDU", "DAT", "DAF", "DES"];

/// What customs wants to know of a shipment that crosses a border.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Customs)]
pub struct CustomsBody {
    /// `documents`, `gift`, `sample`, `merchandise`, `returned-goods` or `other`.
    #[schema(required, example = "merchandise")]
    pub content_type: String,
    /// Incoterms 2020 code, or an older one that couriers still take (`DDU`, `DAT`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "DAP")]
    pub incoterm: Option<String>,
    /// `sender`, `recipient` or `third-party`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duties_paid_by: Option<String>,
    /// Number of the commercial invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_date: Option<String>,
    /// Who signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The goods.
    pub items: Vec<ItemBody>,
    /// Export licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_number: Option<String>,
    /// Certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// US export: EEI exemption legend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eel_pfc: Option<String>,
    /// US export: Automated Export System transaction number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aes: Option<String>,
    /// Whether papers shall be sent electronically only.
    pub paperless: bool,
    /// Further keys.
    #[serde(skip_serializing_if = "ExtensionsBody::is_empty")]
    pub extensions: ExtensionsBody,
}

impl Validate for CustomsBody {
    fn validate(&self, pointer: &str, findings: &mut Findings) {
        let at = |name: &str| format!("{pointer}/{name}");
        findings.one_of(&at("content_type"), &self.content_type, &CONTENT_TYPES);
        if let Some(incoterm) = &self.incoterm {
            findings.one_of(&at("incoterm"), incoterm, &INCOTERMS);
        }
        if let Some(payer) = &self.duties_paid_by {
            findings.one_of(&at("duties_paid_by"), payer, &PAYERS);
        }
        findings.date(&at("invoice_date"), self.invoice_date.as_deref());
        for (name, text) in [
            ("invoice_number", &self.invoice_number),
            ("signer", &self.signer),
            ("license_number", &self.license_number),
            ("certificate_number", &self.certificate_number),
            ("eel_pfc", &self.eel_pfc),
            ("aes", &self.aes),
        ] {
            findings.optional_text(&at(name), text.as_deref(), MAX_TEXT_CHARS);
        }
        findings.count(&at("items"), self.items.len(), 0..=MAX_ITEMS);
        self.items.validate(&at("items"), findings);
        check_extensions(pointer, &self.extensions, findings);
    }
}

impl From<CustomsBody> for Customs {
    fn from(body: CustomsBody) -> Self {
        Self {
            content_type: body.content_type,
            incoterm: body.incoterm,
            duties_paid_by: body.duties_paid_by,
            invoice_number: body.invoice_number,
            invoice_date: body.invoice_date,
            signer: body.signer,
            items: body.items.into_iter().map(Into::into).collect(),
            license_number: body.license_number,
            certificate_number: body.certificate_number,
            eel_pfc: body.eel_pfc,
            aes: body.aes,
            paperless: body.paperless,
            extensions: to_extensions(body.extensions),
        }
    }
}

impl From<Customs> for CustomsBody {
    fn from(customs: Customs) -> Self {
        Self {
            content_type: customs.content_type,
            incoterm: customs.incoterm,
            duties_paid_by: customs.duties_paid_by,
            invoice_number: customs.invoice_number,
            invoice_date: customs.invoice_date,
            signer: customs.signer,
            items: customs.items.into_iter().map(Into::into).collect(),
            license_number: customs.license_number,
            certificate_number: customs.certificate_number,
            eel_pfc: customs.eel_pfc,
            aes: customs.aes,
            paperless: customs.paperless,
            extensions: from_extensions(customs.extensions),
        }
    }
}
