//! What a lambda remembers from run to run, for a while.

use serde::{Deserialize, Serialize};

/// The longest key, in bytes.
pub const KEY_BYTES: usize = 1_024;

/// The longest value, in bytes of JSON text.
pub const VALUE_BYTES: usize = 256 * 1024;

/// The longest time that a value is kept, in milliseconds.
pub const LONGEST_MS: u64 = 24 * 3_600 * 1_000;

/// What is asked of the lambda's memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CacheCall {
    /// What is remembered by a key; answered by a JSON text or nothing.
    Get {
        /// The key.
        key: String,
    },
    /// Remember a value.
    Set {
        /// The key.
        key: String,
        /// The value as JSON text.
        value: String,
        /// How long, in milliseconds.
        ttl_ms: u64,
    },
    /// Forget.
    Remove {
        /// The key.
        key: String,
    },
}
