//! What a token's claims say of its validity (RFC 7519, section 4.1).

use jiff::Timestamp;
use rhai::{Dynamic, FLOAT, INT, Map};

/// Whom the token must be from and for, and how far clocks may be apart.
pub(super) struct Expected {
    pub(super) audience: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) leeway_s: INT,
}

impl Expected {
    /// Checks `claims` at the time `now_s`, in seconds since the Unix epoch.
    pub(super) fn check(&self, claims: &Map, now_s: INT) -> Result<(), String> {
        if let Some(expiry) = time(claims, "exp")?
            && now_s as FLOAT >= expiry + self.leeway_s as FLOAT
        {
            return Err(format!("it expired{}", at(expiry)));
        }
        if let Some(start) = time(claims, "nbf")?
            && (now_s as FLOAT) < start - self.leeway_s as FLOAT
        {
            return Err(format!("it is not valid before{}", at(start)));
        }
        self.check_audience(claims)?;
        match (&self.issuer, claims.get("iss").and_then(text)) {
            (Some(wanted), Some(issuer)) if *wanted != issuer => {
                Err(format!("it is from {issuer:?}, not from {wanted:?}"))
            }
            (Some(wanted), None) => Err(format!("it does not say that it is from {wanted:?}")),
            _ => Ok(()),
        }
    }

    /// Who is not in the audience must not take the token; so it is not taken without saying for whom.
    fn check_audience(&self, claims: &Map) -> Result<(), String> {
        let audience = claims.get("aud").map(texts).unwrap_or_default();
        match &self.audience {
            Some(wanted) if audience.contains(wanted) => Ok(()),
            Some(wanted) if audience.is_empty() => {
                Err(format!("it does not say that it is for {wanted:?}"))
            }
            Some(wanted) => Err(format!("it is for {}, not for {wanted:?}", listed(&audience))),
            None if claims.contains_key("aud") => Err(format!(
                "it is for {}; say with `audience` in the options that this is you",
                listed(&audience)
            )),
            None => Ok(()),
        }
    }
}

fn listed(audience: &[String]) -> String {
    if audience.is_empty() { "nobody".to_owned() } else { format!("{:?}", audience.join(", ")) }
}

fn time(claims: &Map, name: &str) -> Result<Option<FLOAT>, String> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let number = value.as_int().map(|it| it as FLOAT).or_else(|_| value.as_float());
    match number {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(format!("its `{name}` is no number")),
    }
}

/// When that is, where there is such a time.
fn at(seconds: FLOAT) -> String {
    match Timestamp::from_second(seconds as i64) {
        Ok(time) => format!(" {time}"),
        Err(_) => format!(" {seconds} s after 1970"),
    }
}

fn text(value: &Dynamic) -> Option<String> {
    value.as_immutable_string_ref().ok().map(|it| it.to_string())
}

fn texts(value: &Dynamic) -> Vec<String> {
    match value.as_array_ref() {
        Ok(list) => list.iter().filter_map(text).collect(),
        Err(_) => text(value).into_iter().collect(),
    }
}
