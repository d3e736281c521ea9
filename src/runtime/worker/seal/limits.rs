//! Resource limits: what every Unix offers.

use crate::runtime::wall::{BarrierKind, BarrierState, Wall};
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// Processor time beyond the deadline, in seconds: the host ends a run that is overdue long before. The limit is for a
/// worker whose host cannot.
const SPARE_SECONDS: u64 = 5;
/// How long the limits of a run serve for the next ones that may use as much: a fraction of what is to spare.
const SERVE: Duration = Duration::from_secs(1);
/// Descriptors have numbers below this, and the only one below is taken by the host's pipe. Not zero, since it is also how
/// many one may wait for at a time.
const DESCRIPTORS: u64 = 1;
/// Address space of a worker without a run, in bytes: the program, the script's stack, the allocator's arenas.
#[cfg(target_os = "linux")]
const IDLE_SPACE_BYTES: u64 = 1 << 30;
/// How often the memory limit fits into the address space. The counting allocator ends a run at one and a half; moving
/// a large value needs it twice for a moment.
#[cfg(target_os = "linux")]
const SPACE_PER_MEMORY: u64 = 4;

/// A core file would hold the payload.
pub(super) fn forbid_core_files() {
    // Lowering a limit is always permitted; should it fail all the same, the lambda runs no worse for it.
    let _ = limit(Resource::Core, 0);
}

/// Takes away what is needed to start only: files to write to, further descriptors, further processes.
pub(super) fn lower(wall: &mut Wall) {
    let failed: Vec<_> = [
        ("file size", Resource::Fsize, 0),
        ("descriptors", Resource::Nofile, DESCRIPTORS),
        ("processes", Resource::Nproc, 0),
        ("core files", Resource::Core, 0),
    ]
    .into_iter()
    .filter_map(|(name, resource, most)| {
        limit(resource, most).err().map(|error| format!("{name}: {error}"))
    })
    .collect();
    let (state, detail) = match failed.as_slice() {
        [] => (BarrierState::InForce, DETAIL.to_owned()),
        _ => (BarrierState::Partly, failed.join(", ")),
    };
    wall.add(BarrierKind::Limits, state, detail);
}

#[cfg(target_os = "linux")]
const DETAIL: &str =
    "no file, descriptor, process or core file; processor time and address space by the run";
#[cfg(not(target_os = "linux"))]
const DETAIL: &str = "no file, descriptor, process or core file; processor time by the run";

/// The limits of one run after another. They can be raised again, since the next run may be given more.
#[derive(Default)]
pub(in crate::runtime::worker) struct RunLimits {
    last: Option<(Instant, u64, u64)>,
}

impl RunLimits {
    /// Limits the run that begins.
    pub(in crate::runtime::worker) fn set(&mut self, deadline_ms: u64, memory_bytes: u64) {
        let now = Instant::now();
        let same = self.last.filter(|last| (last.1, last.2) == (deadline_ms, memory_bytes));
        if same.is_some_and(|(since, ..)| now.duration_since(since) < SERVE) {
            return;
        }
        self.last = Some((now, deadline_ms, memory_bytes));
        let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
        let seconds = used.saturating_add(deadline_ms.div_ceil(1000)).saturating_add(SPARE_SECONDS);
        // A worker that may not limit itself is still ended by its host.
        let _ = setrlimit(Resource::Cpu, at_most(seconds));
        #[cfg(target_os = "linux")]
        {
            let space =
                memory_bytes.saturating_mul(SPACE_PER_MEMORY).saturating_add(IDLE_SPACE_BYTES);
            let _ = setrlimit(Resource::As, at_most(space));
        }
    }
}

fn limit(resource: Resource, most: u64) -> rustix::io::Result<()> {
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
}

fn at_most(value: u64) -> Rlimit {
    Rlimit { current: Some(value), maximum: None }
}
