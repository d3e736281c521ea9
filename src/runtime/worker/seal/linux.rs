//! Landlock and seccomp: what Linux offers.
//!
//! Two barriers for the same end, because each has its gaps: a kernel may lack one, and seccomp sees the numbers and the
//! plain arguments of a system call but no path behind a pointer. A refused call fails with "Operation not permitted"
//! and does not end the process, so that a C library which tries something new at its own discretion goes on.

use crate::runtime::wall::{BarrierKind, BarrierState, Wall};
use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr,
    RulesetError, RulesetStatus, Scope,
};
use rustix::process::DumpableBehavior;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;

/// The newest Landlock whose restrictions are asked for; an older kernel gives what it has.
const LANDLOCK: ABI = ABI::V6;

/// Neither another process of the user nor a core file gets to see what the lambda works on.
pub(super) fn close_memory(wall: &mut Wall) {
    match rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        Ok(()) => wall.add(
            BarrierKind::Memory,
            BarrierState::InForce,
            "no process of the user reads it, no core file",
        ),
        Err(error) => wall.add(BarrierKind::Memory, BarrierState::Missing, error.to_string()),
    }
}

/// No path can be opened, no TCP port bound or reached, no process outside be signalled, and no right be gained. Holds
/// for this thread and those it starts.
pub(super) fn restrict_files(wall: &mut Wall) {
    let (state, detail) = match landlocked() {
        Ok(status) => landlock_report(&status),
        Err(error) => (BarrierState::Missing, error.to_string()),
    };
    wall.add(BarrierKind::Landlock, state, detail);
}

fn landlocked() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .restrict_self()
}

fn landlock_report(status: &RestrictionStatus) -> (BarrierState, String) {
    let abi = match status.landlock {
        LandlockStatus::Available { effective_abi, kernel_abi } => {
            kernel_abi.unwrap_or(effective_abi as i32)
        }
        LandlockStatus::NotEnabled => {
            return (BarrierState::Missing, "this kernel has it switched off".to_owned());
        }
        LandlockStatus::NotImplemented => {
            return (BarrierState::Missing, "this kernel has none".to_owned());
        }
    };
    match status.ruleset {
        RulesetStatus::FullyEnforced => {
            (BarrierState::InForce, format!("ABI {abi}: no file, TCP port, foreign process"))
        }
        RulesetStatus::PartiallyEnforced => {
            (BarrierState::Partly, format!("ABI {abi}: no file; ABI 6 would restrict more"))
        }
        RulesetStatus::NotEnforced => (BarrierState::Missing, format!("ABI {abi}: not enforced")),
    }
}

/// Leaves only the system calls that computing and speaking with the host need, to every thread.
pub(super) fn restrict_system_calls(wall: &mut Wall) {
    let restricted = filter().and_then(|program| seccompiler::apply_filter_all_threads(&program));
    let (state, detail) = match restricted {
        Ok(()) => {
            (BarrierState::InForce, "no call that opens a file, a socket or a process".to_owned())
        }
        Err(error) => (BarrierState::Missing, error.to_string()),
    };
    wall.add(BarrierKind::SystemCalls, state, detail);
}

fn filter() -> Result<BpfProgram, seccompiler::Error> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for Allowed { call, when } in ALLOWED {
        let rules = rules.entry(*call).or_default();
        if !when.is_empty() {
            rules.push(rule(when)?);
        }
    }
    // `abort` signals its own process; no other one may be.
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_tgkill, vec![rule(&[exactly(0, own)])?]);
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::EPERM.cast_unsigned()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    Ok(filter.try_into()?)
}

fn rule(when: &[Argument]) -> Result<SeccompRule, seccompiler::Error> {
    let condition = |it: &Argument| {
        SeccompCondition::new(it.index, Dword, SeccompCmpOp::MaskedEq(it.mask), it.value)
    };
    Ok(SeccompRule::new(when.iter().map(condition).collect::<Result<_, _>>()?)?)
}

/// A system call that is left, where all of its arguments named here are as said.
struct Allowed {
    call: libc::c_long,
    when: &'static [Argument],
}

/// What the lower 32 bits of an argument must be, as far as the mask looks at them.
struct Argument {
    index: u8,
    mask: u64,
    value: u64,
}

const fn always(call: libc::c_long) -> Allowed {
    Allowed { call, when: &[] }
}

const fn when(call: libc::c_long, when: &'static [Argument]) -> Allowed {
    Allowed { call, when }
}

const fn exactly(index: u8, value: u64) -> Argument {
    Argument { index, mask: u32::MAX as u64, value }
}

const fn without(index: u8, bits: libc::c_int) -> Argument {
    Argument { index, mask: bits.cast_unsigned() as u64, value: 0 }
}

const fn with(index: u8, bits: libc::c_int) -> Argument {
    Argument { index, mask: bits.cast_unsigned() as u64, value: bits.cast_unsigned() as u64 }
}

/// What is left. A call with several rows is left where one of them fits. Descriptors that the worker inherited from
/// somebody careless are out of reach, since only the three pipes can be read and written.
const ALLOWED: &[Allowed] = &[
    // The pipes of the host.
    when(libc::SYS_read, &[exactly(0, 0)]),
    when(libc::SYS_write, &[exactly(0, 1)]),
    when(libc::SYS_write, &[exactly(0, 2)]),
    when(libc::SYS_writev, &[exactly(0, 2)]),
    always(libc::SYS_close),
    always(libc::SYS_ppoll),
    // Memory, of no file and never to be executed.
    when(libc::SYS_mmap, &[without(2, libc::PROT_EXEC), with(3, libc::MAP_ANONYMOUS)]),
    when(libc::SYS_mprotect, &[without(2, libc::PROT_EXEC)]),
    always(libc::SYS_munmap),
    always(libc::SYS_mremap),
    always(libc::SYS_madvise),
    always(libc::SYS_brk),
    // Threads that wait for each other; the script's may just be starting.
    always(libc::SYS_futex),
    always(libc::SYS_sched_yield),
    always(libc::SYS_sched_getaffinity),
    always(libc::SYS_set_robust_list),
    always(libc::SYS_rseq),
    always(libc::SYS_gettid),
    always(libc::SYS_getpid),
    when(libc::SYS_prctl, &[exactly(0, libc::PR_SET_NAME.cast_unsigned() as u64)]),
    // Signals of its own: a stack that overflows is reported.
    always(libc::SYS_sigaltstack),
    always(libc::SYS_rt_sigaction),
    always(libc::SYS_rt_sigprocmask),
    always(libc::SYS_rt_sigreturn),
    // Time and chance.
    always(libc::SYS_clock_gettime),
    always(libc::SYS_clock_nanosleep),
    always(libc::SYS_restart_syscall),
    always(libc::SYS_getrandom),
    // The limits of the next run, of this process only.
    when(libc::SYS_prlimit64, &[exactly(0, 0), exactly(1, libc::RLIMIT_CPU as u64)]),
    when(libc::SYS_prlimit64, &[exactly(0, 0), exactly(1, libc::RLIMIT_AS as u64)]),
    // The end.
    always(libc::SYS_exit),
    always(libc::SYS_exit_group),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_the_world_is_not_left() {
        let left: Vec<_> = ALLOWED.iter().map(|it| it.call).collect();
        for call in [
            libc::SYS_openat,
            libc::SYS_openat2,
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_sendmsg,
            libc::SYS_clone,
            libc::SYS_clone3,
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_kill,
            libc::SYS_pidfd_open,
            libc::SYS_memfd_create,
            libc::SYS_io_uring_setup,
            libc::SYS_bpf,
            libc::SYS_unshare,
            libc::SYS_mount,
            libc::SYS_ioctl,
        ] {
            assert!(!left.contains(&call), "{call}");
        }
    }

    #[test]
    fn the_filter_can_be_made_for_this_processor() {
        assert!(!filter().unwrap().is_empty());
    }
}
