//! Looking again and again for what is about to come, before sleeping until it does.
//!
//! To wake a thread takes from 5 to 50 µs, the more where its processor sleeps too: as long as a short run. So whoever
//! waits for an answer looks for it for a moment first. Where that was in vain it is left out the next times, twice as
//! often after each: who is asked now and then, or asks for what takes long, spends next to nothing on it.

use std::time::Duration;

/// How long it is looked at most.
pub(super) const MOMENT: Duration = Duration::from_micros(50);
/// How many waits it is left out at most, after one in vain.
const MOST_LEFT_OUT: u32 = 64;

/// Whether to look, of the waits for one thing.
#[derive(Debug, Default)]
pub(super) struct Eagerness {
    /// For how many waits it was left out after the last one in vain.
    last: u32,
    /// Of these, how many are still to come.
    left: u32,
}

impl Eagerness {
    /// Whether to look this time; asked once for each wait.
    pub(super) fn is_worth_it(&mut self) -> bool {
        let is_worth_it = self.left == 0;
        self.left = self.left.saturating_sub(1);
        is_worth_it
    }

    /// It came while it was looked for.
    pub(super) fn found(&mut self) {
        *self = Self::default();
    }

    /// It did not.
    pub(super) fn missed(&mut self) {
        self.last = (2 * self.last).clamp(1, MOST_LEFT_OUT);
        self.left = self.last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_vain_is_left_out_more_and_more_until_it_is_not() {
        let mut eagerness = Eagerness::default();
        let mut looks_among = |waits: u32, comes_soon: bool| {
            let mut looks = 0;
            for _ in 0..waits {
                if eagerness.is_worth_it() {
                    looks += 1;
                    if comes_soon { eagerness.found() } else { eagerness.missed() }
                }
            }
            looks
        };
        assert_eq!(looks_among(1_000, true), 1_000);
        let in_vain = looks_among(10_000, false);
        assert!((10_000 / 65..10_000 / 65 + 9).contains(&in_vain), "{in_vain}");
        let again = looks_among(1_000, true);
        assert!(again > 1_000 - MOST_LEFT_OUT - 1, "{again}");
    }
}
