//! Which account a credential belongs to.

use crossdock_sdk::types::Account;
use crossdock_sdk::{Call, Failure, FromJson, Request};

use crate::answer::{authenticated, refused};

/// Numbers that Bring gives out for tests; whether they are listed for each user is not said (ASSUMED: not always).
const TEST_NUMBERS: [&str; 3] = ["5", "6", "7"];

#[derive(Default, FromJson)]
#[json(default)]
struct Customers {
    customers: Vec<Customer>,
}

/// The same number stands in the list once per name and country.
#[derive(Default, FromJson)]
#[json(default, rename_all = "camelCase")]
struct Customer {
    name: Option<String>,
    #[json(strict)]
    customer_number: Option<String>,
}

/// Asks for the customer numbers that the user may book with: nothing is cheaper, and it proves the right to book.
pub fn check(call: &Call) -> Result<Account, Failure> {
    let answer =
        authenticated(Request::get("booking", "/customers.json").header("accept", "application/json").send()?)?;
    if !answer.is_success() {
        return Err(refused(answer));
    }
    let listed: Customers = answer.read()?;
    let mut numbers: Vec<String> = Vec::new();
    for number in listed.customers.iter().filter_map(|customer| customer.customer_number.clone()) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let own = call.field("customer_number").unwrap_or_default();
    if !numbers.is_empty() && !numbers.contains(&own) && !TEST_NUMBERS.contains(&own.as_str()) {
        let words = format!("the user may not use customer number {own}, but {}", numbers.join(", "));
        return Err(Failure::auth("customer-number", words).status(answer.status()));
    }
    let named = listed.customers.iter().find(|customer| customer.customer_number.as_ref() == Some(&own));
    Ok(Account {
        id: Some(own).filter(|own| !own.is_empty()),
        label: named.or(listed.customers.first()).and_then(|customer| customer.name.clone()),
        extensions: vec![("customer-numbers".to_owned(), numbers.join(","))],
    })
}
