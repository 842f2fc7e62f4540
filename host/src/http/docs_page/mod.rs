//! The readable documentation: plain HTML written from the OpenAPI document and from the code's own tables, without scripts.

mod guide;
mod html;
mod operations;
mod problems;
mod types;

pub use operations::operations;
pub use problems::problems;
