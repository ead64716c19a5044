//! See `crdb_orm::__fuzz::url`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crdb_orm::__fuzz::url(data));
