//! Promise 14: TLS is verified when the URL says so.
