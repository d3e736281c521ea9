//! Looking again and again for what is about to come, before sleeping until it does.
//!
//! To wake a thread takes from 5 to 50 µs, the more where its processor sleeps too: as long as a short run. So whoever
//! waits for an answer looks for it for a moment first. Where that was in vain it is left out the next times, twice as
//! often after each: who is asked now and then, or asks for what takes long, spends next to nothing on it.
//!
//! Between two looks the processor is given to whoever needs it: on a small machine that is the one who is to answer, or
//! the caller who is to ask next, and no sleeping processor has to be woken for them. Where somebody keeps it for long it
//! is left out for as many times as that took moments.

use std::thread;
use std::time::{Duration, Instant};

/// How long it is looked at most: longer than a caller takes to ask anew when each of the threads has to be woken, so that
/// looking can begin to pay.
const MOMENT: Duration = Duration::from_micros(150);
/// How many waits it is left out at most, after one in vain.
const MOST_LEFT_OUT: u32 = 64;
/// The most moments that one counts as: who was stopped for an hour begins again some time.
const MOST_MOMENTS: u32 = 100;

/// Whether to look, of the waits for one thing.
#[derive(Debug, Default)]
pub(super) struct Eagerness {
    /// For how many waits it was left out after the last one in vain.
    last: u32,
    /// Of these, how many are still to come.
    left: u32,
}

impl Eagerness {
    /// A moment to look in, if that is worth it this time; asked for once for each wait.
    pub(super) fn begin(&mut self) -> Option<Moment> {
        let is_worth_it = self.left == 0;
        self.left = self.left.saturating_sub(1);
        is_worth_it.then(|| Moment { began: Instant::now() })
    }

    /// What was looked for in `moment` came, or is not looked for any longer.
    pub(super) fn end(&mut self, moment: &Moment) {
        self.took(moment.began.elapsed());
    }

    fn took(&mut self, time: Duration) {
        let moments = u32::try_from(time.as_nanos() / MOMENT.as_nanos()).unwrap_or(u32::MAX);
        if moments == 0 {
            self.last = self.last.saturating_sub(1);
        } else {
            self.last = (2 * self.last).clamp(1, MOST_LEFT_OUT);
            self.left = self.last * moments.min(MOST_MOMENTS);
        }
    }
}

/// The time in which it is looked.
#[derive(Debug)]
pub(super) struct Moment {
    began: Instant,
}

impl Moment {
    /// Whether it has come to its end.
    pub(super) fn is_over(&self) -> bool {
        self.began.elapsed() >= MOMENT
    }

    /// Lets others go on before the next look.
    pub(super) fn step_aside() {
        thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In how many of `waits` it is looked, each of which takes as long as `takes`.
    fn looks_among(eagerness: &mut Eagerness, waits: u32, takes: Duration) -> u32 {
        let mut looks = 0;
        for _ in 0..waits {
            if eagerness.begin().is_some() {
                looks += 1;
                eagerness.took(takes);
            }
        }
        looks
    }

    #[test]
    fn what_is_in_vain_is_left_out_more_and_more_until_it_is_not() {
        let mut eagerness = Eagerness::default();
        assert_eq!(looks_among(&mut eagerness, 1_000, MOMENT / 2), 1_000);
        let in_vain = looks_among(&mut eagerness, 10_000, MOMENT);
        assert!((10_000 / 65..10_000 / 65 + 9).contains(&in_vain), "{in_vain}");
        let again = looks_among(&mut eagerness, 1_000, MOMENT / 2);
        assert!(again > 1_000 - MOST_LEFT_OUT - 1, "{again}");
    }

    #[test]
    fn where_others_keep_the_processor_it_is_left_out_for_as_long_as_that_costs() {
        let mut eagerness = Eagerness::default();
        let kept_away = looks_among(&mut eagerness, 100_000, 20 * MOMENT);
        assert!((100_000 / 1_281..100_000 / 1_281 + 9).contains(&kept_away), "{kept_away}");
        let mut eagerness = Eagerness::default();
        assert_eq!(looks_among(&mut eagerness, 1, Duration::from_hours(1)), 1);
        assert!(looks_among(&mut eagerness, 1_000, Duration::ZERO) > 800);
    }
}
