//! Courier plugins: loading components, and calling them in a fresh sandbox each time. The only module that knows wasmtime.
//!
//! [`engine`] holds the one wasmtime engine, [`load`] takes a component through the gate ([`admission`], [`cache`]),
//! [`plugin`] is what came through it, [`call`] runs one call, and [`convert`] turns the newest contract's types into ours.
//! [`contracts`] knows which versions of the contract are served, and [`frozen`] turns the older ones into the newest.

mod admission;
mod ask;
mod bindings;
mod by_name;
pub mod cache;
pub mod call;
mod calls;
mod contracts;
mod convert;
mod describe;
pub mod engine;
pub mod error;
mod frozen;
#[doc(hidden)]
pub mod fuzz;
mod guest_log;
mod imports;
pub mod limits;
mod linking;
pub mod load;
pub mod permissions;
#[expect(clippy::module_inception, reason = "a plugin is what this module is about")]
mod plugin;
mod ready;
pub mod registry;
pub mod reusable;
mod sandbox;
pub mod tally;
mod turns;
pub mod wire;

pub use admission::imported_interfaces;
pub use ask::Said;
pub use by_name::{InvokeError, Invoked, OPERATIONS};
pub use cache::CompiledCache;
pub use call::{Call, CallTimes};
pub use engine::{Engine, EngineConfig};
pub use error::{CallError, LoadError, LoadFault};
pub use limits::{LimitOverrides, Limits};
pub use load::{component_files, load_bytes, load_file, load_folder, read_component};
pub use permissions::permissions;
pub use plugin::Plugin;
pub use registry::Registry;
pub use wire::Wire;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_hostile;
