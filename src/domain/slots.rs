//! Slots: the limited places an event has for lambdas.

use super::event::{Event, EventId};
use super::lambda::{Lambda, LambdaName};

/// Who holds the slots of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotUse {
    /// The event.
    pub event: EventId,
    /// How many lambdas it admits.
    pub slots: u32,
    /// The lambdas connected to it, in the order of their names.
    pub holders: Vec<LambdaName>,
}

impl SlotUse {
    /// Counts the lambdas connected to `event`.
    pub fn of<'a>(event: &Event, lambdas: impl IntoIterator<Item = &'a Lambda>) -> Self {
        let mut holders: Vec<_> = lambdas
            .into_iter()
            .filter(|lambda| lambda.event.as_ref() == Some(&event.id))
            .map(|lambda| lambda.name.clone())
            .collect();
        holders.sort();
        Self { event: event.id.clone(), slots: event.slots, holders }
    }

    /// No further lambda can be connected.
    pub fn is_full(&self) -> bool {
        self.holders.len() >= self.slots as usize
    }

    /// More lambdas are connected than the event admits; only editing the files by hand leads here.
    pub fn is_exceeded(&self) -> bool {
        self.holders.len() > self.slots as usize
    }
}
