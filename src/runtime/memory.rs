//! The memory limit of a run: an allocator that counts.
//!
//! In the worker every allocation is counted. Beyond the soft limit a flag is raised, which the engine's progress hook
//! turns into an ordinary error with a line; beyond the hard limit, or where one allocation alone leaps over both, the
//! process says its last words and ends with [`EXIT_MEMORY`]. In every other process the allocator does nothing but
//! look at one flag.

use super::protocol::EXIT_MEMORY;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

/// The system's allocator, counted in a worker.
pub struct Counting;

/// Set once, when the process becomes a worker.
static COUNTS: AtomicBool = AtomicBool::new(false);
/// Bytes allocated minus bytes freed since counting began; memory freed that was never counted makes it negative.
static LIVE: AtomicI64 = AtomicI64::new(0);
/// The most of [`LIVE`] since the run began.
static PEAK: AtomicI64 = AtomicI64::new(0);
/// [`LIVE`] when the run began.
static IDLE: AtomicI64 = AtomicI64::new(0);
static SOFT: AtomicI64 = AtomicI64::new(i64::MAX);
static HARD: AtomicI64 = AtomicI64::new(i64::MAX);
static EXCEEDED: AtomicBool = AtomicBool::new(false);
static ENDING: AtomicBool = AtomicBool::new(false);
static LAST_WORDS: OnceLock<fn(u64)> = OnceLock::new();

/// Begins to count, in this process and for good. `last_words` is called with the bytes asked for before the process
/// ends for want of memory; it must not wait for a lock that the allocating thread may hold.
pub fn count(last_words: fn(u64)) {
    // A second call would be a second worker in one process; the first one's words stand.
    let _ = LAST_WORDS.set(last_words);
    COUNTS.store(true, Relaxed);
}

/// Bytes held now, counted from the moment counting began.
pub fn live() -> i64 {
    LIVE.load(Relaxed)
}

/// Limits what may be held beyond `idle`, a former [`live`]: `limit_bytes`, and half as much again before the process ends.
pub fn limit(idle: i64, limit_bytes: u64) {
    let limit = i64::try_from(limit_bytes).unwrap_or(i64::MAX / 4);
    IDLE.store(idle, Relaxed);
    PEAK.store(live(), Relaxed);
    EXCEEDED.store(false, Relaxed);
    SOFT.store(idle.saturating_add(limit), Relaxed);
    HARD.store(idle.saturating_add(limit).saturating_add(limit / 2), Relaxed);
}

/// Lifts the limits.
pub fn unlimited() {
    SOFT.store(i64::MAX, Relaxed);
    HARD.store(i64::MAX, Relaxed);
}

/// Whether the run held more than its limit at any time.
pub fn is_exceeded() -> bool {
    EXCEEDED.load(Relaxed)
}

/// The most bytes the run held beyond the idle worker.
pub fn peak() -> u64 {
    u64::try_from(PEAK.load(Relaxed) - IDLE.load(Relaxed)).unwrap_or(0)
}

#[inline]
fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes as i64, Relaxed) + bytes as i64;
    if live > PEAK.load(Relaxed) {
        rise(live, bytes);
    }
}

fn rise(live: i64, bytes: usize) {
    if live > HARD.load(Relaxed) {
        end(bytes);
    }
    PEAK.store(live, Relaxed);
    if live > SOFT.load(Relaxed) {
        EXCEEDED.store(true, Relaxed);
    }
}

/// Ends the process. What the last words allocate is no longer limited.
#[cold]
fn end(bytes: usize) {
    if ENDING.swap(true, Relaxed) {
        return;
    }
    unlimited();
    if let Some(last_words) = LAST_WORDS.get() {
        last_words(bytes as u64);
    }
    std::process::exit(EXIT_MEMORY);
}

#[expect(
    unsafe_code,
    reason = "an allocator can only be written so; all but the counting is the system's"
)]
// SAFETY: every call is passed on to `System` unchanged; counting touches only atomics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !COUNTS.load(Relaxed) {
            // SAFETY: the caller's promises are those `System` asks for.
            return unsafe { System.alloc(layout) };
        }
        grow(layout.size());
        // SAFETY: as above.
        refused(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !COUNTS.load(Relaxed) {
            // SAFETY: as above.
            return unsafe { System.alloc_zeroed(layout) };
        }
        grow(layout.size());
        // SAFETY: as above.
        refused(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            LIVE.fetch_sub(layout.size() as i64, Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            if size > layout.size() {
                grow(size - layout.size());
            } else {
                LIVE.fetch_sub((layout.size() - size) as i64, Relaxed);
            }
        }
        // SAFETY: as above.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        if COUNTS.load(Relaxed) { refused(moved, size) } else { moved }
    }
}

/// In a worker, memory that the system refuses is memory the run asked too much of.
#[inline]
fn refused(pointer: *mut u8, bytes: usize) -> *mut u8 {
    if pointer.is_null() {
        end(bytes);
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, because the counters belong to the process.
    #[test]
    fn peaks_are_kept_and_the_soft_limit_raises_the_flag() {
        let idle = live();
        limit(idle, 1_000);
        grow(900);
        assert!(!is_exceeded());
        LIVE.fetch_sub(900, Relaxed);
        assert_eq!(peak(), 900);
        grow(1_001);
        LIVE.fetch_sub(1_001, Relaxed);
        assert!(is_exceeded());
        assert_eq!(peak(), 1_001);
        limit(live(), 1_000);
        assert!(!is_exceeded());
        assert_eq!(peak(), 0);
        unlimited();
    }
}
