//! What wit-bindgen makes of contract 0.0.1.
#![allow(missing_docs, clippy::all, unused_qualifications, unsafe_op_in_unsafe_fn, reason = "generated code")]

wit_bindgen::generate!({
    inline: "package guest:older;
        world older {
            include crossdock:courier/auth-plugin@0.0.1;
            include crossdock:courier/tracking-plugin@0.0.1;
            include crossdock:courier/service-points-plugin@0.0.1;
        }",
    path: "../../contracts/0.0.1",
    generate_all,
});

// The names of what a component exports are no symbols of a library on other machines.
#[cfg(target_arch = "wasm32")]
export!(Older with_types_in self);
#[cfg(target_arch = "wasm32")]
use super::Older;
