//! The HTTP door: CloudEvents, the hosted system's invocation API, health and metrics.
//!
//! Owns what is said on the wire: paths, headers, bodies, status codes, tokens, limits of connections. Must not know how
//! events are kept or lambdas are run: it asks the platform through [`crate::platform::Door`].
//!
//! ```text
//! server      accepts connections, bounded; TLS; lets them go at the end
//! connection  HTTP/1.1 and 2 on one of them; time limits
//! desk        one request: route, method, token, body -> events_api | invocation_api | directory -> reply, log, metrics
//! ```

mod access_token;
mod auth;
mod body;
mod cloudevents;
mod connection;
mod desk;
mod directory;
mod envelope;
mod events_api;
mod invocation_api;
mod metrics;
mod reply;
mod request_span;
mod route;
mod server;
mod timer;
mod tls;
mod trace_context;

pub use cloudevents::check_origin;
pub use server::{Gateway, GatewayError};
