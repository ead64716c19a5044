//! Memory that is not shared by accident.

use std::ops::Deref;

/// A value on cache lines of its own. What all threads write takes the line that it stands on away from each other; what
/// they only read must not stand beside it. Two lines, since processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

impl<T> Deref for Apart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
