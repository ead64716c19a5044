//! The stories behind the examples: each binary in `src/bin` is a thin shell around one of these modules.

pub mod bank;
pub mod shop;
pub mod table;

/// What an example may end with.
pub type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
