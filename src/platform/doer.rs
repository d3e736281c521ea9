//! Who does something from this process.

use super::clock::{Clock as _, SystemClock};
use super::store::Doer;

/// The person at this machine, now.
pub fn doer() -> Doer {
    let named =
        ["LAMBDECK_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let by = named.filter(|name| !name.is_empty());
    let by = by.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()));
    Doer { by, at_ms: SystemClock.now_ms() }
}
