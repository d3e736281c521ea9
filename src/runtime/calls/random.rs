//! Chance.

use crate::runtime::protocol::HostReply;

pub(super) fn unit() -> Result<HostReply, String> {
    // 53 bits are what a float keeps below one.
    Ok(HostReply::Float((bits()? >> 11) as f64 / (1_u64 << 53) as f64))
}

/// A number from `min` to `max`, both included.
pub(super) fn range(min: i64, max: i64) -> Result<HostReply, String> {
    if min > max {
        return Err(format!("`min` {min} is above `max` {max}"));
    }
    let count = u128::from(max.abs_diff(min)) + 1;
    // Maps the bits onto the range; the bias is below one in 2^64 / count.
    let offset = ((u128::from(bits()?) * count) >> 64) as u64;
    Ok(HostReply::Int(min.wrapping_add_unsigned(offset)))
}

pub(super) fn uuid() -> Result<HostReply, String> {
    let high = u128::from(bits()?) << 64;
    let bytes = (high | u128::from(bits()?)).to_le_bytes();
    Ok(HostReply::Text(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()))
}

fn bits() -> Result<u64, String> {
    getrandom::u64()
        .map_err(|error| format!("the operating system gives no random numbers: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(reply: &Result<HostReply, String>) -> i64 {
        let Ok(HostReply::Int(value)) = *reply else { panic!("{reply:?}") };
        value
    }

    #[test]
    fn ranges_include_both_ends_and_nothing_else() {
        let mut seen = [0; 3];
        for _ in 0..300 {
            seen[usize::try_from(int(&range(5, 7)) - 5).unwrap()] += 1;
        }
        assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
        int(&range(i64::MIN, i64::MAX));
        assert!(range(2, 1).is_err());
    }

    #[test]
    fn unit_stays_below_one() {
        for _ in 0..100 {
            let Ok(HostReply::Float(value)) = unit() else { panic!() };
            assert!((0.0..1.0).contains(&value));
        }
    }

    #[test]
    fn uuids_are_of_version_four() {
        let Ok(HostReply::Text(text)) = uuid() else { panic!() };
        assert_eq!(uuid::Uuid::parse_str(&text).unwrap().get_version_num(), 4);
    }
}
