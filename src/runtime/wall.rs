//! The wall around a worker, as the worker reports it.
//!
//! A worker seals itself when it has started (`worker::seal`) and says what is in force before it takes a run. Owns the
//! words for that report. Must not know how a barrier is put up.

use super::bounded;
use serde::{Deserialize, Serialize};

/// What stands between a worker and the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    /// Its barriers, in the order in which they are put up.
    #[serde(deserialize_with = "bounded::list::<_, _, 8>")]
    pub barriers: Vec<Barrier>,
}

/// One barrier of a [`Wall`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barrier {
    /// Which one.
    pub kind: BarrierKind,
    /// Whether it stands.
    pub state: BarrierState,
    /// What it holds back, or why it does not stand, in a few words.
    pub detail: String,
}

/// The barriers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarrierKind {
    /// No other process of the user reads the worker's memory, and no core file is written.
    Memory,
    /// No program that is started gains rights, and no file, port or process is reached: Landlock.
    Landlock,
    /// Limits of the operating system: processor time, address space, files, descriptors, processes.
    Limits,
    /// Only the system calls that computing needs: seccomp.
    SystemCalls,
}

/// Whether a barrier stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarrierState {
    /// It does.
    InForce,
    /// The system holds up a part of it.
    Partly,
    /// It does not.
    Missing,
}

impl BarrierKind {
    /// Its name for a person.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Memory => "memory closed to others",
            Self::Landlock => "Landlock",
            Self::Limits => "resource limits",
            Self::SystemCalls => "seccomp",
        }
    }
}

impl Wall {
    /// Whether every barrier stands wholly.
    pub fn is_whole(&self) -> bool {
        self.barriers.iter().all(|barrier| barrier.state == BarrierState::InForce)
    }

    pub(super) fn add(
        &mut self,
        kind: BarrierKind,
        state: BarrierState,
        detail: impl Into<String>,
    ) {
        self.barriers.push(Barrier { kind, state, detail: detail.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_gap_and_the_wall_is_not_whole() {
        let mut wall = Wall::default();
        wall.add(BarrierKind::Memory, BarrierState::InForce, "");
        assert!(wall.is_whole());
        wall.add(BarrierKind::Landlock, BarrierState::Partly, "ABI 1");
        assert!(!wall.is_whole());
    }
}
