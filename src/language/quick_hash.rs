//! A quick hash for the names and numbers of one source and of our own tables, which are asked thousands of times at
//! every key. It does not withstand somebody who looks for collisions: what it could slow down is his own editor.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map with this hash.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;

/// A set with this hash.
pub type QuickSet<T> = HashSet<T, BuildHasherDefault<QuickHasher>>;

/// Multiplies and folds, word by word.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuickHasher(u64);

/// An odd number whose bits look random: the golden ratio's.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.write_u64(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * u128::from(FACTOR);
        self.0 = (product as u64) ^ (product >> 64) as u64;
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::BuildHasher;

    #[test]
    fn names_that_look_alike_have_hashes_of_their_own() {
        let build = BuildHasherDefault::<QuickHasher>::default();
        let names = (0..10_000).map(|n| format!("step_{n}"));
        let hashes: HashSet<u64> = names.map(|it| build.hash_one(it.as_str())).collect();
        assert_eq!(hashes.len(), 10_000);
        let low: HashSet<u64> = hashes.iter().map(|it| it % 16_384).collect();
        assert!(low.len() > 6_000, "{} of 16,384", low.len());
    }
}
