//! What runs after COMMIT.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::attempt::Hooks;

/// Runs the hooks of a transaction that is known to be committed. One that panics takes nothing with it: the
/// transaction is committed, and its caller must learn so.
pub(super) fn run(name: &'static str, hooks: Hooks) {
    for (_, hook) in hooks {
        if catch_unwind(AssertUnwindSafe(hook)).is_err() {
            tracing::error!(name, "a hook panicked after the transaction was committed");
        }
    }
}
