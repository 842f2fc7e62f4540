//! The tests through Crossdock's own doors: one binary, one module per resource.
