//! Deployed lambdas are executed when their events are triggered.
//!
//! Owns deployments with their versions and slots, the durable queue of deliveries with retries and dead letters, the
//! schedules, the record of every run, and the tokens of those who may call. Everything durable goes through one trait, so
//! that another engine can take the place of the embedded one. Must not know HTTP, the screen or the command line: who
//! stands at the door speaks to it through [`Door`].

mod door;

pub use door::{Door, Figures, Invocation, LambdaFigures, LambdaRef, Receipt, Refusal};
