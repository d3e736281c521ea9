//! Who has a slot of an event, and who would have to give one up. One rule, for a deployment and for looking ahead at one.

use super::{Candidate, KnownLambda, StoreError};
use crate::domain::{EventId, LambdaName};

/// Who has to give their slot up so that `candidate` has one, where `holders` are deployed on its event. Whoever holds one
/// keeps it, even where there are fewer than there were: nobody else can be executed instead of what it is to mend.
///
/// # Errors
///
/// Where there is no room, or the one to be swapped has no slot to give.
pub fn giver(
    Candidate { lambda, swap, .. }: &Candidate,
    (event, slots): (&EventId, u32),
    mut holders: Vec<LambdaName>,
) -> Result<Option<LambdaName>, StoreError> {
    if swap.as_ref() == Some(lambda) {
        return Err(StoreError::OwnSlot(lambda.clone()));
    }
    let is_holder = holders.contains(lambda);
    holders.retain(|holder| holder != lambda);
    if let Some(holder) = swap.as_ref().filter(|holder| !holders.contains(holder)) {
        return Err(StoreError::NotAHolder { holder: holder.clone(), event: event.clone() });
    }
    if is_holder || holders.len() < slots as usize {
        return Ok(None);
    }
    if let Some(holder) = swap {
        holders.retain(|it| it != holder);
    }
    if holders.len() >= slots as usize {
        return Err(StoreError::EventFull { event: event.clone(), slots, holders });
    }
    Ok(swap.clone())
}

impl Candidate {
    /// The event whose slot it takes, and how many that has; none without an event.
    ///
    /// # Errors
    ///
    /// Where somebody should give up a slot, and none is needed.
    pub fn place(&self) -> Result<Option<(&EventId, u32)>, StoreError> {
        match (self.version.event.as_ref().zip(self.slots), &self.swap) {
            (None, Some(holder)) => {
                let (lambda, holder) = (self.lambda.clone(), holder.clone());
                Err(StoreError::NeedsNoSlot { lambda, holder })
            }
            (place, _) => Ok(place),
        }
    }
}

/// Who is deployed on which event, to see what deployments would do before they are made.
#[derive(Clone, Debug, Default)]
pub struct Holders(Vec<(LambdaName, Option<EventId>)>);

impl Holders {
    /// Those of now.
    pub fn of(known: &[KnownLambda]) -> Self {
        let deployed = known.iter().filter_map(|it| it.deployment.as_ref());
        Self(deployed.map(|it| (it.lambda.clone(), it.event.clone())).collect())
    }

    /// Who is deployed on `event`, in the order of their names.
    pub fn on(&self, event: &EventId) -> Vec<LambdaName> {
        let on_it = self.0.iter().filter(|(_, on)| on.as_ref() == Some(event));
        let mut names: Vec<_> = on_it.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// Gives `candidate` its slot here as a deployment does in the store; says who gave theirs up.
    ///
    /// # Errors
    ///
    /// Those of the deployment.
    pub fn take(&mut self, candidate: &Candidate) -> Result<Option<LambdaName>, StoreError> {
        let gone = match candidate.place()? {
            Some((event, slots)) => giver(candidate, (event, slots), self.on(event))?,
            None => None,
        };
        self.0.retain(|(name, _)| *name != candidate.lambda && Some(name) != gone.as_ref());
        self.0.push((candidate.lambda.clone(), candidate.version.event.clone()));
        Ok(gone)
    }
}
