//! Which of the lambdas to be deployed find a slot, before any of them is.

use super::check::plural;
use super::deploy::listed;
use crate::domain::LambdaName;
use crate::platform::deploy::Review;
use crate::platform::store::{Holders, KnownLambda, StoreError};

/// Who has to give up a slot for what was reviewed, which is refused here as the store would refuse it.
pub(super) fn of(
    reviews: &[Review],
    known: &[KnownLambda],
    swap: Option<&LambdaName>,
) -> anyhow::Result<Vec<LambdaName>> {
    let before = Holders::of(known);
    let mut holders = before.clone();
    let mut gone = Vec::new();
    for review in reviews {
        match holders.take(&review.candidate(swap.cloned())) {
            Ok(holder) => gone.extend(holder),
            Err(full @ StoreError::EventFull { .. }) => {
                return Err(too_many(full, reviews, &before));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(gone)
}

/// Of several for one event, those that are only to be deployed hold nothing yet: what is `full` says so of them.
fn too_many(full: StoreError, reviews: &[Review], before: &Holders) -> anyhow::Error {
    let StoreError::EventFull { event, slots, .. } = &full else { return full.into() };
    let now = before.on(event);
    let new = reviews.iter().filter(|it| it.new.event.as_ref() == Some(event));
    let new: Vec<_> = new.map(|it| it.lambda.clone()).filter(|it| !now.contains(it)).collect();
    // Those that go to another event make room.
    let goes = |name: &LambdaName| {
        reviews.iter().any(|it| it.lambda == *name && it.new.event.as_ref() != Some(event))
    };
    let held: Vec<_> = now.into_iter().filter(|name| !goes(name)).collect();
    let free = (*slots as usize).saturating_sub(held.len());
    if new.len() < 2 {
        return full.into();
    }
    let (holders, advice) = match &held[..] {
        [] => (String::new(), "deploy fewer at once".to_owned()),
        [only] => (format!(", and `{only}` is deployed on it"), format!("undeploy `{only}` first")),
        many => {
            (format!(", and {} are deployed on it", listed(many)), "undeploy some first".to_owned())
        }
    };
    let fit = match free {
        0 => "none fits".to_owned(),
        1 => "only 1 fits".to_owned(),
        more => format!("only {more} fit"),
    };
    let advice = match (free, held.len()) {
        (0, _) | (_, 0) => advice,
        _ => format!("deploy fewer, or {advice}"),
    };
    anyhow::anyhow!(
        "`{event}` admits {} at a time{holders}: of {} {fit}; {advice}",
        plural(*slots as usize, "deployed lambda"),
        listed(&new)
    )
}
