//! JSON Web Tokens (RFC 7519), signed (RFC 7515); no encrypted ones.
//!
//! Over `ring` rather than a crate of tokens, because the time is the host's to tell: a run that is repeated must find the
//! same token valid. The caller's key decides which algorithms are acceptable, never the token.

mod claims;
mod key;

use super::arguments::{Fields, alternatives, bytes, one_of, text, text_of};
use super::ask::ask;
use super::{Arguments, Refusal, Returned, Session, json};
use crate::language::api::JwtFunction;
use crate::runtime::protocol::{HostCall, HostReply};
use crate::runtime::worker::json_text;
use claims::Expected;
use data_encoding::BASE64URL_NOPAD;
use key::{Algorithm, VerifyingKey};
use rhai::{Dynamic, INT, Map};

/// The longest token, in bytes.
const TOKEN_BYTES: usize = 1024 * 1024;

pub(super) fn call(function: JwtFunction, session: &Session, arguments: Arguments) -> Returned {
    match function {
        JwtFunction::Sign => sign(session, arguments),
        JwtFunction::Verify => verify(session, arguments),
    }
}

fn sign(session: &Session, arguments: Arguments) -> Returned {
    let mut claims = super::arguments::map(arguments, 0, "claims")?;
    let key = bytes(arguments, 1, "key")?;
    let options = Fields::of(&arguments, 2, "options", &["algorithm", "key_id", "expires_in"])?;
    let algorithm = match options.text("algorithm")? {
        Some(name) => one_of(&name, "options.algorithm", Algorithm::NAMES)?,
        None => Algorithm::Hs256,
    };
    if let Some(seconds) = options.int("expires_in")? {
        let now = now_s(session)?;
        claims.insert("iat".into(), now.into());
        claims.insert("exp".into(), now.saturating_add(seconds).into());
    }
    let mut header =
        Map::from([("alg".into(), algorithm.name().into()), ("typ".into(), "JWT".into())]);
    if let Some(id) = options.text("key_id")? {
        header.insert("kid".into(), id.into());
    }
    let part = |value: Dynamic, name: &str| {
        json_text::strict(&value, TOKEN_BYTES)
            .map(|text| BASE64URL_NOPAD.encode(text.as_bytes()))
            .map_err(|error| Refusal::Because(format!("`{name}{}` {}", error.path, error.problem)))
    };
    let message = format!("{}.{}", part(header.into(), "header")?, part(claims.into(), "claims")?);
    let signature = key::sign(algorithm, &key, message.as_bytes()).map_err(Refusal::Because)?;
    Ok(format!("{message}.{}", BASE64URL_NOPAD.encode(&signature)).into())
}

fn verify(session: &Session, arguments: Arguments) -> Returned {
    let token = text(arguments, 0, "token")?;
    let key = bytes(arguments, 1, "key")?;
    let options = Fields::of(
        &arguments,
        2,
        "options",
        &["algorithm", "algorithms", "audience", "issuer", "leeway"],
    )?;
    let key = VerifyingKey::read(&key).map_err(Refusal::Because)?;
    let accepted = accepted_algorithms(&options, &key)?;
    let expected = Expected {
        audience: options.text("audience")?,
        issuer: options.text("issuer")?,
        leeway_s: options.int("leeway")?.unwrap_or(0).clamp(0, 24 * 3_600),
    };
    let claims = verified(&token, &key, &accepted)?;
    let Some(claims) = json::parsed(&claims)?.try_cast::<Map>() else {
        return Err(refused("its claims are no map"));
    };
    expected.check(&claims, now_s(session)?).map_err(|reason| refused(&reason))?;
    Ok(claims.into())
}

/// Those that were asked for, each of which the key must be made for; without any those the key is made for.
fn accepted_algorithms(options: &Fields, key: &VerifyingKey) -> Result<Vec<Algorithm>, Refusal> {
    let named = |value: &Dynamic| {
        let path = options.path("algorithms");
        one_of(&text_of(value, &path)?, &path, Algorithm::NAMES)
    };
    let asked: Vec<Algorithm> = match (options.get("algorithm"), options.get("algorithms")) {
        (None, None) => return Ok(key.algorithms().to_vec()),
        (Some(one), None) => vec![named(one)?],
        (None, Some(list)) => match list.as_array_ref() {
            Ok(list) => list.iter().map(named).collect::<Result<_, _>>()?,
            Err(_) => vec![named(list)?],
        },
        (Some(_), Some(_)) => {
            let reason = "give `options.algorithm` or `options.algorithms`, not both";
            return Err(Refusal::Because(reason.to_owned()));
        }
    };
    match asked.iter().find(|it| !key.algorithms().contains(it)) {
        Some(wrong) => Err(Refusal::Because(key.does_not_fit(*wrong))),
        None => Ok(asked),
    }
}

/// The text of the claims of a token whose signature is right.
fn verified(token: &str, key: &VerifyingKey, accepted: &[Algorithm]) -> Result<String, Refusal> {
    if token.len() > TOKEN_BYTES {
        return Err(refused(&format!("it is longer than {TOKEN_BYTES} bytes")));
    }
    let token = token.trim();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(refused(&format!("it has {} parts, not three joined by dots", parts.len())));
    };
    let part = |text: &str, name: &str| {
        BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| refused(&format!("its {name} is not base64url")))
    };
    let header = json::parsed(&utf8(part(header, "header")?, "header")?)
        .ok()
        .and_then(Dynamic::try_cast::<Map>)
        .ok_or_else(|| refused("its header is no map in JSON"))?;
    let stated = header.get("alg").and_then(|it| it.clone().into_string().ok()).unwrap_or_default();
    let algorithm = accepted.iter().copied().find(|it| it.name() == stated).ok_or_else(|| {
        let names: Vec<_> = accepted.iter().map(|it| it.name().to_owned()).collect();
        refused(&format!("its algorithm is {stated:?}, accepted is {}", alternatives(&names)))
    })?;
    if header.contains_key("crit") {
        return Err(refused("it demands extensions (`crit`) that are not understood here"));
    }
    let message = &token[..token.len() - signature.len() - 1];
    if !key.verifies(algorithm, message.as_bytes(), &part(signature, "signature")?) {
        return Err(refused("its signature does not fit the key"));
    }
    utf8(part(claims, "claims")?, "claims")
}

fn utf8(bytes: Vec<u8>, name: &str) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|_| refused(&format!("its {name} is no text")))
}

fn refused(reason: &str) -> Refusal {
    Refusal::Because(format!("the token is not valid: {reason}"))
}

fn now_s(session: &Session) -> Result<INT, Refusal> {
    match ask(session, HostCall::NowMs)? {
        HostReply::Int(now_ms) => Ok(now_ms.div_euclid(1_000)),
        other => Err(Refusal::Because(format!("the host answered {other:?}"))),
    }
}

#[cfg(test)]
mod tests;
