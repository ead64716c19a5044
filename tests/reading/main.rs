//! Promises: the past is read only, pages put together are the whole, a stream needs little memory.

#![cfg(unix)]

mod order;
mod pages;
mod past;
mod selections;
mod stream;
mod support;
