#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    crossdock::plugin::fuzz::result(bytes);
});
