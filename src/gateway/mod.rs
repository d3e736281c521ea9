//! The HTTP door: CloudEvents, the hosted system's invocation API, health and metrics.
//!
//! Owns what is said on the wire: paths, headers, bodies, status codes, tokens, limits of connections. Must not know how
//! events are kept or lambdas are run: it asks the platform through [`crate::platform::Door`].

mod cloudevents;
