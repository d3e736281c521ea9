//! One run as the engine's hooks and the host functions see it, and how it is brought to an end.
//!
//! The engine's progress hook can end a script, but the engine then forgets where: it overwrites the place of such an
//! error at every call it leaves. An error raised where a variable is read keeps its place and the calls that led
//! there. So a run that must end fails at the next variable it reads, and only one that reads none for a while, or
//! catches that error and goes on, is ended by the progress hook.

use super::control::{Control, Stopped};
use super::functions::Patterns;
use super::outbox;
use crate::language::engine::CALL_LEVELS;
use crate::runtime::memory;
use crate::runtime::protocol::StopReason;
use rhai::{Dynamic, Engine, EvalAltResult, Position};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Operations between two looks at the log lines that wait.
const OPERATIONS_PER_LOOK: u64 = 64;
/// Operations a run that must end has to read a variable.
const LAST_OPERATIONS: u64 = 256;

/// Operations of the run so far; outside of the session for the last words of a process that ends in the middle.
static OPERATIONS: AtomicU64 = AtomicU64::new(0);

/// Operations executed so far in this run.
pub(super) fn operations() -> u64 {
    OPERATIONS.load(Relaxed)
}

/// Why a run must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// A person stopped it.
    Cancelled,
    /// It held too much memory.
    Memory,
    /// Its functions call each other too deeply.
    Depth,
    /// Its time is up.
    Deadline,
}

/// What outlives a single call during a run.
pub(super) struct Session {
    pub(super) control: Arc<Control>,
    /// Operations when it was first seen that the run must end.
    halting_since: Cell<Option<u64>>,
    is_too_deep: Cell<bool>,
    was_raised: Cell<bool>,
    last_refusal: RefCell<Option<String>>,
    /// The source line of the host function that was called last.
    line: Cell<Option<u32>>,
    /// The number of the next call to the host; never one that was used, in this run or before.
    next_call: Cell<u64>,
    /// The regular expressions that the run compiled.
    pub(super) patterns: Patterns,
}

impl Session {
    pub(super) fn new(control: Arc<Control>) -> Self {
        Self {
            control,
            halting_since: Cell::new(None),
            is_too_deep: Cell::new(false),
            was_raised: Cell::new(false),
            last_refusal: RefCell::new(None),
            line: Cell::new(None),
            next_call: Cell::new(0),
            patterns: Patterns::default(),
        }
    }

    /// A new run begins.
    pub(super) fn begin(&self) {
        OPERATIONS.store(0, Relaxed);
        self.halting_since.set(None);
        self.is_too_deep.set(false);
        self.was_raised.set(false);
        *self.last_refusal.borrow_mut() = None;
        self.patterns.clear();
    }

    /// The script calls a host function at `position`.
    pub(super) fn arrive_at(&self, position: Position) {
        self.line.set(position.line().map(|line| line as u32));
    }

    /// The source line of the host function that was called last.
    pub(super) fn line(&self) -> Option<u32> {
        self.line.get()
    }

    /// Numbers for `count` calls to the host; the first of them.
    pub(super) fn number_calls(&self, count: usize) -> u64 {
        let first = self.next_call.get();
        self.next_call.set(first + count as u64);
        first
    }

    /// Why the run must end, if it must.
    pub(super) fn halt(&self) -> Option<Halt> {
        match self.control.stop_reason() {
            Some(StopReason::Cancelled) => Some(Halt::Cancelled),
            _ if memory::is_exceeded() => Some(Halt::Memory),
            _ if self.is_too_deep.get() => Some(Halt::Depth),
            Some(StopReason::Deadline) => Some(Halt::Deadline),
            None => None,
        }
    }

    /// Whether the script was told that it must end. Should it have returned all the same, it caught that.
    pub(super) fn was_told(&self) -> bool {
        self.was_raised.get()
    }

    /// What a host function last refused in this run, as the script could catch it.
    pub(super) fn last_refusal(&self) -> Option<String> {
        self.last_refusal.borrow().clone()
    }

    /// Remembers a refusal, to tell it from what the script throws itself.
    pub(super) fn refuse(&self, message: String) {
        *self.last_refusal.borrow_mut() = Some(message);
    }

    /// The error that ends the run, with the place where it arises.
    #[expect(clippy::unnecessary_box_returns, reason = "the engine's results hold it boxed")]
    pub(super) fn raise(&self, position: Position) -> Box<EvalAltResult> {
        self.was_raised.set(true);
        EvalAltResult::ErrorRuntime(Dynamic::UNIT, position).into()
    }

    #[inline]
    fn must_end(&self) -> bool {
        self.control.is_stopped() || memory::is_exceeded() || self.is_too_deep.get()
    }

    /// Counts, lets waiting log lines go, and says whether the engine shall end the script here.
    #[inline]
    fn progress(&self, operations: u64) -> Option<Dynamic> {
        OPERATIONS.store(operations, Relaxed);
        if operations.is_multiple_of(OPERATIONS_PER_LOOK) {
            outbox::flush_if_due();
        }
        if !self.must_end() {
            return None;
        }
        let since = self.halting_since.get().unwrap_or(operations);
        self.halting_since.set(Some(since));
        (operations - since > LAST_OPERATIONS).then_some(Dynamic::UNIT)
    }

    #[inline]
    fn read_variable(&self, level: usize) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        if level > CALL_LEVELS {
            self.is_too_deep.set(true);
        }
        if self.must_end() { Err(self.raise(Position::NONE)) } else { Ok(None) }
    }
}

/// Hangs `session` on the engine's hooks.
pub(super) fn attach(engine: &mut Engine, session: &Rc<Session>) {
    // One level more than allowed, so that the variables hook sees it before the engine's own check.
    engine.set_max_call_levels(CALL_LEVELS + 1);
    engine.on_progress({
        let session = Rc::clone(session);
        move |operations| session.progress(operations)
    });
    let session = Rc::clone(session);
    #[expect(deprecated, reason = "not deprecated, says its documentation, but may change")]
    engine.on_var(move |_, _, context| session.read_variable(context.call_level()));
}

/// A wait of a host function that was cut short.
impl From<Stopped> for super::functions::Refusal {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}
