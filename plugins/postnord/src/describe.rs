//! What the plugin says about itself.

use crossdock_sdk::{CONTRACT_VERSION, Description, Plugin};

use crate::PostNord;

impl Plugin for PostNord {
    fn describe() -> Description {
        let mut description: Description =
            serde_json::from_str(include_str!("description.json")).expect("the file is part of the source");
        description.version = env!("CARGO_PKG_VERSION").to_owned();
        description.contract = CONTRACT_VERSION.to_owned();
        description
    }
}

#[cfg(test)]
impl PostNord {
    /// What its numbers look like.
    pub fn describe_patterns() -> Vec<crossdock_sdk::description::NumberPattern> {
        Self::describe().number_patterns
    }
}
