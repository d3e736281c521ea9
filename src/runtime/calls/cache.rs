//! What lambdas remember from run to run, each for itself, as long as this process lives.
//!
//! Bounded on all sides: what a lambda remembers, and how many lambdas do. When there is no more room what would be
//! forgotten next anyway is forgotten now.

use crate::domain::LambdaName;
use crate::runtime::protocol::HostReply;
use crate::runtime::protocol::cache::{CacheCall, KEY_BYTES, LONGEST_MS, VALUE_BYTES};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most values of one lambda.
const VALUES: usize = 1_000;

/// The most that the values of one lambda weigh, in bytes.
const LAMBDA_BYTES: usize = 4 * 1024 * 1024;

/// The most lambdas that remember something.
const LAMBDAS: usize = 256;

/// The memories of all lambdas.
#[derive(Default)]
pub(super) struct Caches {
    lambdas: Mutex<HashMap<LambdaName, Memory>>,
}

/// What one lambda remembers.
#[derive(Default)]
struct Memory {
    values: BTreeMap<String, Value>,
    bytes: usize,
}

struct Value {
    json: String,
    until: Instant,
}

impl Caches {
    /// Answers a call of `lambda` at `now`.
    pub(super) fn answer(
        &self,
        lambda: &LambdaName,
        call: CacheCall,
        now: Instant,
    ) -> Result<HostReply, String> {
        let mut lambdas = self.lambdas();
        match call {
            CacheCall::Get { key } => {
                let Some(memory) = lambdas.get_mut(lambda) else { return Ok(HostReply::Nothing) };
                memory.forget_until(now);
                let value = memory.values.get(&key);
                Ok(value.map_or(HostReply::Nothing, |it| HostReply::Json(it.json.clone())))
            }
            CacheCall::Set { key, value, ttl_ms } => {
                check(&key, &value)?;
                if !lambdas.contains_key(lambda) && lambdas.len() >= LAMBDAS {
                    make_room(&mut lambdas, now);
                }
                let memory = lambdas.entry(lambda.clone()).or_default();
                memory.forget_until(now);
                let until = now + Duration::from_millis(ttl_ms.min(LONGEST_MS));
                memory.set(key, Value { json: value, until });
                Ok(HostReply::Nothing)
            }
            CacheCall::Remove { key } => {
                if let Some(memory) = lambdas.get_mut(lambda) {
                    memory.remove(&key);
                }
                Ok(HostReply::Nothing)
            }
        }
    }

    fn lambdas(&self) -> MutexGuard<'_, HashMap<LambdaName, Memory>> {
        self.lambdas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(key: &str, value: &str) -> Result<(), String> {
    if key.len() > KEY_BYTES {
        return Err(format!("a key has at most {KEY_BYTES} bytes, this one has {}", key.len()));
    }
    if value.len() > VALUE_BYTES {
        let length = value.len();
        return Err(format!("a value has at most {VALUE_BYTES} bytes of JSON, this has {length}"));
    }
    Ok(())
}

/// Forgets lambdas that remember nothing any more, or the one whose memory ends first.
fn make_room(lambdas: &mut HashMap<LambdaName, Memory>, now: Instant) {
    lambdas.retain(|_, memory| {
        memory.forget_until(now);
        !memory.values.is_empty()
    });
    while lambdas.len() >= LAMBDAS {
        let last = |memory: &Memory| memory.values.values().map(|it| it.until).max();
        let first_to_end = lambdas.iter().min_by_key(|(_, memory)| last(memory));
        let Some(name) = first_to_end.map(|(name, _)| name.clone()) else { return };
        lambdas.remove(&name);
    }
}

impl Memory {
    fn forget_until(&mut self, now: Instant) {
        let bytes = &mut self.bytes;
        self.values.retain(|key, value| {
            let stays = value.until > now;
            if !stays {
                *bytes -= key.len() + value.json.len();
            }
            stays
        });
    }

    fn set(&mut self, key: String, value: Value) {
        self.remove(&key);
        let bytes = key.len() + value.json.len();
        while self.values.len() >= VALUES || self.bytes + bytes > LAMBDA_BYTES {
            let first_to_end = self.values.iter().min_by_key(|(_, value)| value.until);
            let Some(key) = first_to_end.map(|(key, _)| key.clone()) else { break };
            self.remove(&key);
        }
        self.bytes += bytes;
        self.values.insert(key, value);
    }

    fn remove(&mut self, key: &str) {
        if let Some(value) = self.values.remove(key) {
            self.bytes -= key.len() + value.json.len();
        }
    }
}

pub(super) fn described(call: &CacheCall) -> (&'static str, String) {
    match call {
        CacheCall::Get { key } => ("cache::get", shown(key)),
        CacheCall::Set { key, ttl_ms, .. } => {
            ("cache::set", format!("{} for {} s", shown(key), *ttl_ms as f64 / 1_000.0))
        }
        CacheCall::Remove { key } => ("cache::remove", shown(key)),
    }
}

fn shown(key: &str) -> String {
    format!("{:?}", &key[..key.floor_char_boundary(200)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> LambdaName {
        LambdaName::new(text).unwrap()
    }

    fn get(caches: &Caches, lambda: &str, key: &str, now: Instant) -> Option<String> {
        match caches.answer(&name(lambda), CacheCall::Get { key: key.into() }, now).unwrap() {
            HostReply::Json(text) => Some(text),
            _ => None,
        }
    }

    fn set(caches: &Caches, lambda: &str, key: &str, value: &str, until: (Instant, u64)) {
        let call = CacheCall::Set { key: key.into(), value: value.into(), ttl_ms: until.1 };
        caches.answer(&name(lambda), call, until.0).unwrap();
    }

    #[test]
    fn values_are_remembered_for_their_time_and_by_their_lambda_alone() {
        let (caches, start) = (Caches::default(), Instant::now());
        set(&caches, "a", "k", "1", (start, 1_000));
        assert_eq!(get(&caches, "a", "k", start).as_deref(), Some("1"));
        assert_eq!(get(&caches, "b", "k", start), None);
        let later = start + Duration::from_millis(999);
        assert_eq!(get(&caches, "a", "k", later).as_deref(), Some("1"));
        assert_eq!(get(&caches, "a", "k", start + Duration::from_secs(1)), None);
        set(&caches, "a", "k", "2", (later, 1_000));
        caches.answer(&name("a"), CacheCall::Remove { key: "k".into() }, later).unwrap();
        assert_eq!(get(&caches, "a", "k", later), None);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let caches = Caches::default();
        for (key, value) in
            [("k".repeat(KEY_BYTES + 1), String::new()), ("k".into(), "1".repeat(VALUE_BYTES + 1))]
        {
            let call = CacheCall::Set { key, value, ttl_ms: 1 };
            let error = caches.answer(&name("a"), call, Instant::now()).unwrap_err();
            assert!(error.contains("at most"), "{error}");
        }
    }

    #[test]
    fn lambdas_beyond_the_bound_push_out_the_one_that_ends_first() {
        let (caches, start) = (Caches::default(), Instant::now());
        for index in 0..=LAMBDAS {
            set(&caches, &format!("l{index}"), "k", "1", (start, 1_000 + index as u64));
        }
        assert_eq!(get(&caches, "l0", "k", start), None);
        assert!(get(&caches, "l1", "k", start).is_some());
        assert_eq!(caches.lambdas().len(), LAMBDAS);
    }

    proptest! {
        #[test]
        fn a_memory_keeps_its_bounds_and_its_count(
            steps in prop::collection::vec((0..40_u8, 0..VALUE_BYTES, 1..100_u64), 1..80),
        ) {
            let (caches, start) = (Caches::default(), Instant::now());
            for (at, (key, length, ttl_ms)) in steps.into_iter().enumerate() {
                let now = start + Duration::from_millis(at as u64);
                set(&caches, "a", &key.to_string(), &"1".repeat(length), (now, ttl_ms));
                let lambdas = caches.lambdas();
                let memory = &lambdas[&name("a")];
                let bytes: usize =
                    memory.values.iter().map(|(key, value)| key.len() + value.json.len()).sum();
                prop_assert_eq!(memory.bytes, bytes);
                prop_assert!(bytes <= LAMBDA_BYTES && memory.values.len() <= VALUES);
                prop_assert!(memory.values[&key.to_string()].json.len() == length);
            }
        }
    }
}
