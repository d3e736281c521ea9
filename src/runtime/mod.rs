//! Runs one lambda once, in a worker process.
//!
//! ```text
//! Runtime::run ─ pool ─ process ══ frames over pipes ══ worker (its own thread for the script)
//!      │           spare, reuse      protocol.rs           engine, limits, log, result
//!      └─ host, record: deadline, cancel, calls answered, one Run record made
//! ```
//!
//! A lambda always runs in a child process of the same binary (`lambdeck worker`), because a script can end its process
//! whatever limits the engine is given: deep values overflow the stack when they are dropped, one native call may ask for
//! gigabytes. The host side (`pool`, `process`, `host`, `calls`) needs tokio; the worker side (`worker`) is plain threads.
//! This module must not know who wants a run, nor files of a workspace, nor any screen.

mod bounded;
mod calls;
mod cancel;
mod eager;
mod host;
mod masks;
pub mod memory;
mod outcome;
mod pool;
mod process;
pub mod protocol;
mod record;
mod request;
mod wall;
pub mod worker;

pub use calls::trusting;
pub use cancel::Cancel;
pub use masks::{MASK, Masks, SHORTEST};
pub use pool::{Runtime, RuntimeConfig};
pub use request::{RunEvent, RunRequest};
pub use wall::{Barrier, BarrierKind, BarrierState, Wall};

/// The hidden subcommand that makes the program a worker.
pub const WORKER_SUBCOMMAND: &str = "worker";
