//! The journey of a merchant, once for every courier: from the list of couriers to a cancelled shipment.

use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value;

use crate::api::{Answer, Api};
use crate::bodies;
use crate::demo::Demo;
use crate::timing::human;

/// Walks the journey for every courier of the sandbox, each to its end even when another failed.
///
/// # Errors
///
/// When a step failed for any courier.
pub fn walk(demo: &Demo) -> anyhow::Result<()> {
    anyhow::ensure!(!demo.accounts.is_empty(), "the sandbox imitates no courier");
    let started = Instant::now();
    let mut failed = Vec::new();
    for (courier, fields) in &demo.accounts {
        println!("\n{courier}");
        let mut journey = Journey::new(demo, courier, fields);
        if let Err(error) = journey.walk() {
            println!("  FAILED {error:#}");
            failed.push(courier.as_str());
        }
    }
    let couriers = demo.accounts.len();
    println!("\n{} of {couriers} journeys done in {}", couriers - failed.len(), human(started.elapsed()));
    anyhow::ensure!(failed.is_empty(), "the journey failed for {}", failed.join(", "));
    Ok(())
}

struct Journey<'a> {
    api: Api,
    sandbox: Api,
    courier: &'a str,
    fields: &'a Value,
    sandbox_url: &'a str,
}

impl<'a> Journey<'a> {
    fn new(demo: &'a Demo, courier: &'a str, fields: &'a Value) -> Self {
        let sandbox = Api::new(&demo.sandbox_url, None);
        Self { api: demo.api(), sandbox, courier, fields, sandbox_url: &demo.sandbox_url }
    }

    fn walk(&mut self) -> anyhow::Result<()> {
        let courier = self.courier;
        step("list couriers", || {
            let list = self.api.get("/v1/couriers")?.json(&[200])?;
            let ids = list["data"].as_array().into_iter().flatten().filter_map(|entry| entry["id"].as_str());
            anyhow::ensure!(ids.into_iter().any(|id| id == courier), "{courier} is not in the list: {list}");
            Ok(())
        })?;
        let description =
            step("read its description", || self.api.get(&format!("/v1/couriers/{courier}"))?.json(&[200]))?;
        let credential = self.connect(&description)?;
        let service = bodies::service(&description).context("the courier describes no service")?;
        let shipment = bodies::shipment(&description, &service);
        if self.offers(&description, "rates", "rates.quote") {
            step("quote", || self.quote(&shipment))?;
        }
        let formats = label_formats(&description, &service);
        let first = formats.first().context("the courier describes no label format")?;
        let booked = self.book(&bodies::booking(&credential, &shipment, first))?;
        let id = booked["id"].as_str().context("the booking has no id")?;
        for format in &formats {
            let is_promised = format == first || matches!(format.as_str(), "pdf" | "zpl");
            step(&format!("label as {format}"), || self.label(id, format, is_promised))?;
        }
        let numbers = tracking_numbers(&booked);
        anyhow::ensure!(!numbers.is_empty(), "the booking has no tracking number: {booked}");
        step("track the shipment", || self.api.get(&format!("/v1/shipments/{id}/tracking"))?.json(&[200]))?;
        let path = format!("/v1/tracking/{}?courier={courier}", numbers[0]);
        step("track the number", || self.api.get(&path)?.json(&[200]))?;
        self.cancel(id, self.offers(&description, "shipments", "shipments.cancel"))
    }

    /// Tests a credential before it is saved, then saves it.
    fn connect(&self, description: &Value) -> anyhow::Result<String> {
        let body = bodies::credential(description, self.fields, self.sandbox_url);
        step("test the credential", || self.api.post("/v1/credentials/test", &body)?.json(&[200]))?;
        step("save the credential", || {
            let saved = self.api.post("/v1/credentials", &body)?.json(&[201])?;
            saved["id"].as_str().map(str::to_owned).with_context(|| format!("no id in {saved}"))
        })
    }

    fn quote(&self, shipment: &Value) -> anyhow::Result<()> {
        let answer = self.api.post("/v1/rates", &bodies::rates(self.courier, shipment))?.json(&[200])?;
        let rates = answer["data"].as_array().map_or(0, Vec::len);
        anyhow::ensure!(rates > 0, "no rate came back: {answer}");
        Ok(())
    }

    /// Books, books again under the same key, and makes sure that the courier saw one booking.
    fn book(&self, body: &Value) -> anyhow::Result<Value> {
        // One run has one host and one data folder, so the courier's name is enough to be unique.
        let key = format!("demo-{}-{}", self.courier, std::process::id());
        let before = self.bookings_at_courier()?;
        let book = || self.api.post_once("/v1/shipments", body, &key);
        let first: Answer = step("book", book)?;
        let booked = first.json(&[201])?;
        step("book again: the same answer", || {
            let second = book()?;
            second.expect(&[201])?;
            anyhow::ensure!(second.is_replayed, "the second answer is not marked as replayed");
            anyhow::ensure!(second.body == first.body, "the second answer differs from the first");
            let made = self.bookings_at_courier()? - before;
            anyhow::ensure!(made == 1, "the courier has {made} bookings instead of 1");
            Ok(())
        })?;
        Ok(booked)
    }

    /// Fetches a label. Some formats can only be had with the booking: those may be refused afterwards.
    fn label(&self, id: &str, format: &str, is_promised: bool) -> anyhow::Result<()> {
        let answer = self.api.get(&format!("/v1/shipments/{id}/label?format={format}"))?;
        if !is_promised && answer.status == 422 {
            return Ok(());
        }
        answer.expect(&[200])?;
        let start: &[u8] = match format {
            "pdf" => b"%PDF-",
            "zpl" => b"^XA",
            "png" => b"\x89PNG",
            "gif" => b"GIF8",
            _ => b"",
        };
        anyhow::ensure!(answer.body.starts_with(start), "the label is no {format}");
        anyhow::ensure!(answer.body.len() > start.len(), "the label is empty");
        Ok(())
    }

    /// Cancels where the courier can; where it cannot, the answer is a clear 422.
    fn cancel(&self, id: &str, is_offered: bool) -> anyhow::Result<()> {
        let key = format!("demo-cancel-{}", self.courier);
        let cancel = || self.api.post_once(&format!("/v1/shipments/{id}/cancel"), &serde_json::json!({}), &key);
        if is_offered {
            return step("cancel", || cancel()?.json(&[200]).map(|_| ()));
        }
        step("cancel: refused, the courier has no such thing", || {
            let problem = cancel()?.json(&[422])?;
            let code = problem["code"].as_str().unwrap_or_default();
            anyhow::ensure!(matches!(code, "unsupported" | "courier_unsupported"), "unclear refusal: {problem}");
            Ok(())
        })
    }

    /// Whether the account's kind has a capability, and the operation in it.
    fn offers(&self, description: &Value, capability: &str, operation: &str) -> bool {
        let kind = bodies::account_kind(description, self.fields);
        let capabilities = kind["capabilities"].as_array();
        capabilities.is_some_and(|list| list.iter().any(|name| name == capability))
            && kind["lacks"].get(operation).is_none()
    }

    fn bookings_at_courier(&self) -> anyhow::Result<u64> {
        let answer = self.sandbox.get(&format!("/_control/bookings?courier={}", self.courier))?.json(&[200])?;
        answer["count"].as_u64().with_context(|| format!("no count in {answer}"))
    }
}

/// The formats in which a label of this service can be had.
fn label_formats(description: &Value, service: &str) -> Vec<String> {
    let formats = description["label_formats"].as_array().into_iter().flatten();
    let fits = |format: &&Value| match format["services"].as_array() {
        Some(services) if !services.is_empty() => services.iter().any(|code| code == service),
        _ => true,
    };
    formats.filter(fits).filter_map(|format| format["format"].as_str()).map(str::to_owned).collect()
}

fn tracking_numbers(shipment: &Value) -> Vec<String> {
    let parcels = shipment["parcels"].as_array().into_iter().flatten();
    parcels.filter_map(|parcel| parcel["tracking_number"].as_str()).map(str::to_owned).collect()
}

/// Runs one step and prints its time.
fn step<T>(name: &str, act: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let started = Instant::now();
    let result = act().with_context(|| name.to_owned())?;
    println!("  {name:<52} {:>8}", human(started.elapsed()));
    Ok(result)
}
