//! The disk without its thread.

use super::Disk;
use crate::app::Message;
use crate::app::job::DiskJob;
use crate::shell::wakes::Waker;
use crate::shell::{Outbox, Start, Wake};
use crate::workspace::{IdentitySource, Workspace};
use std::sync::mpsc::Receiver;

/// Does the jobs of the disk one at a time, each before it returns: for whoever has no loop to wake, as tests.
#[derive(Debug)]
pub struct DiskAtOnce {
    disk: Disk,
    told: Receiver<Wake>,
}

impl DiskAtOnce {
    /// The disk of what the program was started on, with the secrets of `identity`.
    pub fn new(start: &Start, identity: IdentitySource) -> Self {
        let (waker, told) = Waker::without_bell();
        Self { disk: Disk::new(start, Outbox(waker)).with_identity(identity), told }
    }

    /// The workspace, once there is one.
    pub fn workspace(&self) -> Option<&Workspace> {
        self.disk.workspace.as_ref()
    }

    /// Does one job; gives what is told of it. What a search finds comes later, by a thread of its own.
    pub fn perform(&mut self, job: DiskJob) -> Vec<Message> {
        self.disk.perform(job);
        self.told()
    }

    /// Tells of text that earlier sessions left unsaved.
    pub fn tell_left_behind(&mut self) -> Vec<Message> {
        self.disk.tell_left_behind();
        self.told()
    }

    fn told(&self) -> Vec<Message> {
        let message = |wake| if let Wake::Message(it) = wake { Some(*it) } else { None };
        self.told.try_iter().filter_map(message).collect()
    }
}
