//! What must not be seen in a record: secrets that a run has come to know.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

/// What stands in the place of a secret.
pub const MASK: &str = "•••••";

/// The secrets of a run; clones share them. Whoever hands a secret to a lambda adds it here first, and whoever records
/// anything of the run masks it.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    /// The longest first, so that one which is a part of another leaves nothing of that behind.
    secrets: Arc<RwLock<Vec<String>>>,
}

impl Masks {
    /// From now on `secret` is masked.
    pub fn add(&self, secret: &str) {
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        if secret.is_empty() || secrets.iter().any(|known| known == secret) {
            return;
        }
        let at = secrets.partition_point(|known| known.len() >= secret.len());
        secrets.insert(at, secret.to_owned());
    }

    /// `text` without any secret.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        secrets.iter().fold(Cow::Borrowed(text), |text, secret| {
            if text.contains(secret.as_str()) {
                Cow::Owned(text.replace(secret.as_str(), MASK))
            } else {
                text
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_inside_another_leaves_nothing_behind() {
        let masks = Masks::default();
        masks.clone().add("pass");
        masks.add("password-1");
        masks.add("");
        assert_eq!(masks.mask("password-1, pass"), "•••••, •••••");
        assert!(matches!(masks.mask("nothing here"), Cow::Borrowed(_)));
    }
}
