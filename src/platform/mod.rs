//! Deployed lambdas are executed when their events are triggered.
//!
//! Owns deployments with their versions and slots, the durable queue of deliveries with retries and dead letters, the
//! schedules, the record of every run, and the tokens of those who may call. Everything durable goes through one trait, so
//! that another engine can take the place of the embedded one. Must not know HTTP, the screen or the command line: who
//! stands at the door speaks to it through [`Door`].
//!
//! ```text
//! Door ─ Platform ─ dispatch ─ runtime::Runtime        deploy: workspace -> Version -> slot
//!           │           │                               findings: what refuses a deployment
//!           └── store::Store ── embedded (SQLite)       difference: between two versions
//! ```

pub mod clock;
pub mod deploy;
pub mod difference;
mod digest;
mod door;
pub mod embedded;
pub mod findings;
pub mod owner;
mod payloads;
pub mod store;
mod token_text;

pub use door::{Door, Figures, Invocation, LambdaFigures, LambdaRef, Receipt, Refusal};
pub use token_text::{TOKEN_PREFIX, TokenText};
