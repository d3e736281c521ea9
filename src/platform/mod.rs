//! Deployed lambdas are executed when their events are triggered.
//!
//! Owns deployments with their versions and slots, the durable queue of deliveries with retries and dead letters, the
//! schedules, the record of every run, and the tokens of those who may call. Everything durable goes through one trait, so
//! that another engine can take the place of the embedded one. Must not know HTTP, the screen or the command line: who
//! stands at the door speaks to it through [`Door`].
//!
//! ```text
//! Door ── Platform (service) ── dispatch ── attempt ── runner: runtime::Runtime
//!              │                   │
//!              │                times, places, owner, clock
//!              ├── store::Store ── embedded (SQLite)
//!              ├── ongoing: the runs that go on, and whoever looks at them from another process
//!              └── traces: spans of all of it, to a collector
//!
//! deploy: workspace -> findings -> Version -> slot          difference: between two versions
//! ```
//!
//! At least once: a delivery whose process ends during its run is carried out again, and its record is kept in the step
//! that ends it. The record of a call follows the answer within a moment: a process that is killed may take the last of
//! them with it. The order of events is not kept.

mod at_the_door;
mod attempt;
mod catalog_now;
pub mod clock;
pub mod deploy;
pub mod difference;
mod digest;
mod dispatch;
mod doer;
mod door;
pub mod embedded;
pub mod findings;
mod finishing;
mod following;
mod health;
mod keeping;
mod measures;
pub mod ongoing;
pub mod owner;
mod payloads;
mod places;
mod retention;
pub mod rules;
mod run_id;
mod runner;
mod service;
mod sink;
pub mod store;
mod surroundings;
mod times;
mod token_text;
pub mod traces;

pub use digest::sha256;
pub use dispatch::BREAKING_OFF;
pub use doer::doer;
pub use door::{Door, Figures, Invocation, LambdaFigures, LambdaRef, Receipt, Refusal};
pub use keeping::{OfVersion, kept_run};
pub use retention::Retention;
pub use runner::Runner;
pub use service::{Fate, OpenError, Parts, Platform, Told, wake};
pub use times::{Times, TimesFault, TimesPart};
pub use token_text::{TOKEN_PREFIX, TokenText};
