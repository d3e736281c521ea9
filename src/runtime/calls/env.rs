//! The lambda's environment variables.

use crate::runtime::protocol::HostReply;
use std::collections::BTreeMap;

pub(super) fn get(env: &BTreeMap<String, String>, name: &str) -> HostReply {
    env.get(name).map_or(HostReply::Nothing, |value| HostReply::Text(value.clone()))
}
