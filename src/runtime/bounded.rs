//! Lists in frames that are refused before they fill the host.
//!
//! An element of a list takes a byte or two in a frame and a hundred in memory, so the length of the frame alone is no
//! bound. A worker is not trusted to keep to it.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Reads a list of at most `MOST` elements; for `#[serde(deserialize_with)]`.
pub(super) fn list<'de, D, T, const MOST: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(Bounded::<T, MOST>(PhantomData))
}

struct Bounded<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Bounded<T, MOST> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let stated = sequence.size_hint().unwrap_or(0);
        if stated > MOST {
            return Err(A::Error::invalid_length(stated, &self));
        }
        let mut list = Vec::with_capacity(stated);
        while let Some(element) = sequence.next_element()? {
            if list.len() == MOST {
                return Err(A::Error::invalid_length(MOST + 1, &self));
            }
            list.push(element);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Three(#[serde(deserialize_with = "super::list::<_, _, 3>")] Vec<u64>);

    #[test]
    fn what_fits_is_read_and_what_does_not_is_refused() {
        for length in 0..=5 {
            let sent = Three((0..length).collect());
            let read = postcard::from_bytes::<Three>(&postcard::to_stdvec(&sent).unwrap());
            assert_eq!(read.is_ok(), length <= 3, "{length}");
        }
        let claims_gigabytes = [255, 255, 255, 255, 15];
        assert!(postcard::from_bytes::<Three>(&claims_gigabytes).is_err());
        let json = serde_json::from_str::<Three>("[1, 2, 3, 4]");
        assert!(json.unwrap_err().to_string().contains("at most 3"));
    }
}
