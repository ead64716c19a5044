//! See `crdb_orm::__fuzz::passfile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crdb_orm::__fuzz::passfile(data));
