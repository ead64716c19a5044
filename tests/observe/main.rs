//! Promise: an operator sees what happens, under names that stay, and never a value or a password.

#![cfg(unix)]

mod guide;
mod numbers;
mod spans;
mod tags;
