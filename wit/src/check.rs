//! Whether a description is sound: what its types alone cannot say.

use crate::Description;

/// One thing that is wrong in a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// JSON Pointer into the document.
    pub pointer: String,
    /// What is wrong there, for the plugin's author.
    pub detail: String,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.pointer, self.detail)
    }
}

/// Returns all that is wrong in a description; an empty list if it is sound.
pub fn check(_description: &Description) -> Vec<Flaw> {
    Vec::new()
}
