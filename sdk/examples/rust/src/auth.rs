use crossdock_sdk::types::Account;
use crossdock_sdk::{Auth, Call, Failure, FromJson, Request};

use crate::Examplepost;
use crate::errors::accepted;

#[derive(FromJson)]
struct Answer {
    customer: Customer,
}

#[derive(FromJson)]
struct Customer {
    #[json(required)]
    number: String,
    name: Option<String>,
}

impl Auth for Examplepost {
    fn check(call: &Call) -> Result<Account, Failure> {
        let Answer { customer } = accepted(Request::get("api", "/account").send()?)?.read()?;
        if call.field("customer_number").as_ref() != Some(&customer.number) {
            let words = format!("the key belongs to customer {}", customer.number);
            return Err(Failure::auth("customer-number", words));
        }
        Ok(Account { id: Some(customer.number), label: customer.name, ..Account::default() })
    }
}
