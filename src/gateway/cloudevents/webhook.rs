//! The handshake of the web hook specification: a sender asks by `OPTIONS` whether it may deliver here.

use super::attribute::shortened;
use http::{HeaderMap, HeaderValue};

const ORIGIN: &str = "webhook-request-origin";
const RATE: &str = "webhook-request-rate";

/// The headers of the answer. Whoever asks may deliver: a delivery has to show a token of its own where one is needed,
/// and the queue's limit holds for everyone, so that no rate is agreed.
pub(in crate::gateway) fn consent(asked: &HeaderMap) -> Result<HeaderMap, String> {
    let mut answer = HeaderMap::new();
    let Some(origin) = asked.get(ORIGIN) else { return Ok(answer) };
    if asked.get_all(ORIGIN).iter().nth(1).is_some() || origin.is_empty() {
        return Err("`WebHook-Request-Origin` names one origin".to_owned());
    }
    answer.insert("webhook-allowed-origin", origin.clone());
    if let Some(rate) = asked.get(RATE) {
        let text = String::from_utf8_lossy(rate.as_bytes());
        if !text.parse::<u64>().is_ok_and(|rate| rate > 0) {
            return Err(format!(
                "`WebHook-Request-Rate` is `{}`; it is a whole number of deliveries a minute",
                shortened(&text)
            ));
        }
        answer.insert("webhook-allowed-rate", HeaderValue::from_static("*"));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(asked: &[(&'static str, &'static str)]) -> Result<Vec<(String, String)>, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in asked {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        Ok(consent(&headers)?.iter().map(|(name, value)| (name.to_string(), text(value))).collect())
    }

    #[test]
    fn a_rate_is_answered_when_it_was_asked_for() {
        let origin = (ORIGIN, "sender.example.com");
        let allowed = ("webhook-allowed-origin".to_owned(), "sender.example.com".to_owned());
        assert_eq!(answer(&[origin]), Ok(vec![allowed.clone()]));
        let rate = ("webhook-allowed-rate".to_owned(), "*".to_owned());
        assert_eq!(answer(&[origin, (RATE, "120")]), Ok(vec![allowed, rate]));
        assert_eq!(answer(&[]), Ok(vec![]));
        for bad in ["0", "-1", "many", ""] {
            assert!(answer(&[origin, (RATE, bad)]).is_err(), "{bad}");
        }
        assert!(answer(&[origin, origin]).is_err());
    }
}
