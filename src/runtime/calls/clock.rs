//! The time.

use crate::runtime::protocol::HostReply;
use std::time::{SystemTime, UNIX_EPOCH};

pub(super) fn now_ms() -> Result<HostReply, String> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|_| "the clock of this machine stands before 1970".to_owned())?;
    Ok(HostReply::Int(since.as_millis() as i64))
}
