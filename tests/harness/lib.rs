//! What tests through Crossdock's own doors need: hosts, databases, sandbox couriers and a client.
//!
//! ```text
//! let mut host = Host::start(Database::Sqlite, &plugins_dir(), &[]).await;
//! let client = host.merchant("Acme").await;
//! client.get("/v1/couriers").await.expect(200);
//! ```
//!
//! Everything here panics with a message instead of returning errors: a test has nothing better to do with them.

pub mod bench;
pub mod client;
pub mod couriers;
pub mod database;
pub mod host;
pub mod programs;
pub mod schema;
pub mod wait;

/// As the server has it: benchmarks compare what is done, not how memory is found for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use client::{Client, Problem, Reply};
pub use couriers::Couriers;
pub use database::Database;
pub use host::{Host, Ran};
pub use programs::{free_address, plugins_dir, program};
