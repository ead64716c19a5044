//! Promise 14: a URL means what it says. TLS is verified when it says so, on a real PostgreSQL with certificates made
//! here, and what is wrong is said with the node and what to check, and never with a secret.

#![cfg(unix)]

mod certificates;
mod listener;
mod server;
mod support;

mod cancel;
mod client;
mod cloud;
mod direct;
mod environment;
mod modes;
mod nonsense;
mod proxy;
mod renewal;
mod scram;
mod secrets;
mod verify;
