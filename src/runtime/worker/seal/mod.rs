//! Shuts the worker in: no files, no network, no other processes, bounded resources.
//!
//! Whatever a lambda may reach, the host reaches for it. So a worker gives up at its start what it will never need, with
//! what the operating system offers: Landlock and seccomp on Linux, resource limits everywhere. What the system does not
//! offer is left out and said in the report, for a worker without one barrier still has the others. The first half is
//! done before the script's thread exists, which inherits it; the second, which would forbid that thread, after.

mod limits;
#[cfg(target_os = "linux")]
mod linux;

use crate::runtime::wall::Wall;

pub(super) use limits::RunLimits;

/// A worker sealed as far as is possible before its threads are started.
pub(super) struct HalfSealed(Wall);

/// The first half: closes the memory to others and the file system to this process.
pub(super) fn begin() -> HalfSealed {
    let mut wall = Wall::default();
    limits::forbid_core_files();
    #[cfg(target_os = "linux")]
    {
        linux::close_memory(&mut wall);
        linux::restrict_files(&mut wall);
    }
    HalfSealed(wall)
}

impl HalfSealed {
    /// The second half, for all threads there are; no further one can be started.
    pub(super) fn finish(self) -> Wall {
        let Self(mut wall) = self;
        limits::lower(&mut wall);
        #[cfg(target_os = "linux")]
        linux::restrict_system_calls(&mut wall);
        wall
    }
}
