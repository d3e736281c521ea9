//! Connecting lambdas to events, within the events' slots.

use super::error::WorkspaceError;
use super::lambda_toml::{self, LAMBDA_FILE};
use super::lock::Lock;
use super::{Workspace, files};
use crate::domain::{Event, EventId, LambdaName, SlotUse};

impl Workspace {
    /// Connects a lambda to `event`, or to none; refused when the event is full.
    pub fn connect(
        &self,
        lambda: &LambdaName,
        event: Option<&Event>,
    ) -> Result<(), WorkspaceError> {
        let lock = self.lock("connecting to an event")?;
        self.require(lambda)?;
        if let Some(event) = event {
            self.require_slot(event, Some(lambda), &lock)?;
        }
        self.set_event(lambda, event.map(|event| &event.id))
    }

    /// Connects a lambda to `event` with the slot of `holder`, which stays as a draft without event.
    pub fn connect_swapping(
        &self,
        lambda: &LambdaName,
        event: &Event,
        holder: &LambdaName,
    ) -> Result<(), WorkspaceError> {
        let lock = self.lock("connecting to an event")?;
        self.require(lambda)?;
        self.swapping(event, holder, &lock, |workspace| {
            workspace.set_event(lambda, Some(&event.id))
        })
    }

    /// Makes sure that `event` has a free slot, not counting one that `except` holds.
    pub(super) fn require_slot(
        &self,
        event: &Event,
        except: Option<&LambdaName>,
        _lock: &Lock,
    ) -> Result<(), WorkspaceError> {
        let mut slots = self.load().slots(event);
        slots.holders.retain(|holder| Some(holder) != except);
        if slots.is_full() { Err(full(event, slots)) } else { Ok(()) }
    }

    /// Disconnects `holder`, makes the `change` that takes its slot, and connects it again should that fail. Where a slot is
    /// free, the change takes that one and `holder` keeps its own.
    pub(super) fn swapping(
        &self,
        event: &Event,
        holder: &LambdaName,
        lock: &Lock,
        change: impl FnOnce(&Self) -> Result<(), WorkspaceError>,
    ) -> Result<(), WorkspaceError> {
        self.require(holder)?;
        let slots = self.load().slots(event);
        if !slots.holders.contains(holder) {
            let (holder, event) = (holder.clone(), event.name.clone());
            return Err(WorkspaceError::NotAHolder { holder, event, holders: slots.holders });
        }
        if !slots.is_full() {
            return change(self);
        }
        let path = self.lambda_dir(holder).join(LAMBDA_FILE);
        let before = files::read_text(&path)?;
        self.set_event(holder, None)?;
        let changed = self.require_slot(event, None, lock).and_then(|()| change(self));
        if changed.is_err() {
            files::write(&path, before.as_bytes())?;
        }
        changed
    }

    fn set_event(
        &self,
        lambda: &LambdaName,
        event: Option<&EventId>,
    ) -> Result<(), WorkspaceError> {
        let path = self.lambda_dir(lambda).join(LAMBDA_FILE);
        let text = if path.exists() { files::read_text(&path)? } else { String::new() };
        let new = lambda_toml::with_event(&path, &text, event)?;
        if new == text { Ok(()) } else { files::write(&path, new.as_bytes()) }
    }
}

fn full(event: &Event, slots: SlotUse) -> WorkspaceError {
    WorkspaceError::EventFull {
        event: event.id.clone(),
        name: event.name.clone(),
        slots: event.slots,
        holders: slots.holders,
    }
}
