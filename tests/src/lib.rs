//! Shared helpers of the integration tests.

pub mod golden;
pub mod shown;
pub mod words;
