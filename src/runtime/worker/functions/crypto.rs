//! Digests, keyed digests, and bytes as text.

use super::arguments::{bytes, int, one_of, optional_text, text};
use super::ask::ask;
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::CryptoFunction;
use crate::runtime::protocol::{HostCall, HostReply, RandomCall};
use data_encoding::{
    BASE64, BASE64_NOPAD, BASE64URL_NOPAD, DecodeKind, HEXLOWER, HEXLOWER_PERMISSIVE,
};
use rhai::{Dynamic, INT};
use ring::{digest, hmac};

/// The most random bytes of one call.
const RANDOM_BYTES: INT = 1_024;

pub(super) fn call(function: CryptoFunction, session: &Session, arguments: Arguments) -> Returned {
    match function {
        CryptoFunction::Sha256 => hash(&digest::SHA256, arguments, 0),
        CryptoFunction::Hash => {
            hash(digest_named(&text(arguments, 0, "algorithm")?)?, arguments, 1)
        }
        CryptoFunction::Hmac => keyed(arguments),
        CryptoFunction::Equal => equal(arguments),
        CryptoFunction::RandomBytes => random_bytes(session, arguments),
        CryptoFunction::Base64Encode => encode(Form::Base64, arguments),
        CryptoFunction::Base64Decode => decode(Form::Base64, arguments),
        CryptoFunction::Base64urlEncode => encode(Form::Base64url, arguments),
        CryptoFunction::Base64urlDecode => decode(Form::Base64url, arguments),
        CryptoFunction::HexEncode => encode(Form::Hex, arguments),
        CryptoFunction::HexDecode => decode(Form::Hex, arguments),
    }
}

/// How bytes are given back.
#[derive(Clone, Copy)]
enum Form {
    Hex,
    Base64,
    Base64url,
    Blob,
}

impl Form {
    /// The optional argument with `index`.
    fn asked(arguments: &[&mut Dynamic], index: usize) -> Result<Self, Refusal> {
        let Some(word) = optional_text(arguments, index, "encoding")? else { return Ok(Self::Hex) };
        one_of(
            &word,
            "encoding",
            &[
                ("hex", Self::Hex),
                ("base64", Self::Base64),
                ("base64url", Self::Base64url),
                ("blob", Self::Blob),
            ],
        )
    }

    fn write(self, bytes: &[u8]) -> Dynamic {
        match self {
            Self::Hex => HEXLOWER.encode(bytes).into(),
            Self::Base64 => BASE64.encode(bytes).into(),
            Self::Base64url => BASE64URL_NOPAD.encode(bytes).into(),
            Self::Blob => Dynamic::from_blob(bytes.to_vec()),
        }
    }
}

fn digest_named(name: &str) -> Result<&'static digest::Algorithm, Refusal> {
    one_of(
        name,
        "algorithm",
        &[
            ("sha1", &digest::SHA1_FOR_LEGACY_USE_ONLY),
            ("sha256", &digest::SHA256),
            ("sha384", &digest::SHA384),
            ("sha512", &digest::SHA512),
        ],
    )
}

fn hash(algorithm: &'static digest::Algorithm, arguments: Arguments, first: usize) -> Returned {
    let form = Form::asked(arguments, first + 1)?;
    let data = bytes(arguments, first, "data")?;
    Ok(form.write(digest::digest(algorithm, &data).as_ref()))
}

fn keyed(arguments: Arguments) -> Returned {
    let algorithm = one_of(
        &text(arguments, 0, "algorithm")?,
        "algorithm",
        &[
            ("sha1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            ("sha256", hmac::HMAC_SHA256),
            ("sha384", hmac::HMAC_SHA384),
            ("sha512", hmac::HMAC_SHA512),
        ],
    )?;
    let key = hmac::Key::new(algorithm, &bytes(arguments, 1, "key")?);
    let form = Form::asked(arguments, 3)?;
    Ok(form.write(hmac::sign(&key, &bytes(arguments, 2, "data")?).as_ref()))
}

/// Compares the digests of both under a key of their own, so that how long it takes tells nothing of where they differ.
fn equal(arguments: Arguments) -> Returned {
    let (left, right) = (bytes(arguments, 0, "left")?, bytes(arguments, 1, "right")?);
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"equal");
    let tag = hmac::sign(&key, &left);
    Ok(hmac::verify(&key, &right, tag.as_ref()).is_ok().into())
}

fn random_bytes(session: &Session, arguments: Arguments) -> Returned {
    let count = int(arguments, 0, "count")?;
    if !(1..=RANDOM_BYTES).contains(&count) {
        return Err(Refusal::Because(format!("`count` is 1 to {RANDOM_BYTES}, this is {count}")));
    }
    let form = Form::asked(arguments, 1)?;
    let mut bytes = Vec::with_capacity(count as usize + size_of::<INT>());
    while bytes.len() < count as usize {
        match ask(session, HostCall::Random(RandomCall::Range { min: INT::MIN, max: INT::MAX }))? {
            HostReply::Int(int) => bytes.extend(int.to_le_bytes()),
            other => return Err(Refusal::Because(format!("the host answered {other:?}"))),
        }
    }
    bytes.truncate(count as usize);
    Ok(form.write(&bytes))
}

fn encode(form: Form, arguments: Arguments) -> Returned {
    Ok(form.write(&bytes(arguments, 0, "data")?))
}

fn decode(form: Form, arguments: Arguments) -> Returned {
    let text = text(arguments, 0, "text")?;
    let wanted = optional_text(arguments, 1, "as")?;
    let is_blob = match wanted {
        Some(word) => one_of(&word, "as", &[("string", false), ("blob", true)])?,
        None => false,
    };
    let bytes = decoded(form, &text).map_err(Refusal::Because)?;
    if is_blob {
        return Ok(Dynamic::from_blob(bytes));
    }
    String::from_utf8(bytes).map(Into::into).map_err(|_| {
        Refusal::Because("what it stands for is no text; ask for it `as` \"blob\"".to_owned())
    })
}

/// Mail and certificates break base64 into lines, and many leave out what fills up the end: both are accepted.
fn decoded(form: Form, text: &str) -> Result<Vec<u8>, String> {
    let (encoding, what) = match form {
        Form::Base64 => (BASE64_NOPAD, "base64"),
        Form::Base64url => (BASE64URL_NOPAD, "base64url"),
        Form::Hex | Form::Blob => (HEXLOWER_PERMISSIVE, "hex"),
    };
    let dense: Vec<u8> = text.bytes().filter(|it| !it.is_ascii_whitespace()).collect();
    let end = dense.iter().rposition(|&it| it != b'=').map_or(0, |last| last + 1);
    encoding.decode(&dense[..end]).map_err(|error| match error.kind {
        DecodeKind::Symbol => {
            let tail = String::from_utf8_lossy(&dense[error.position..]);
            let symbol = tail.chars().next().unwrap_or_default();
            format!("`text` is not {what}: {symbol:?} does not belong to it")
        }
        DecodeKind::Length | DecodeKind::Trailing | DecodeKind::Padding => {
            format!("`text` is not {what}: its end is missing or damaged")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_of_bytes_are_read_generously_but_not_wrongly() {
        for (form, text) in [
            (Form::Base64, "aGVsbG8/Pw=="),
            (Form::Base64, "aGVs\r\n bG8/Pw"),
            (Form::Base64url, "aGVsbG8_Pw"),
            (Form::Base64url, "aGVsbG8_Pw=="),
            (Form::Hex, "68656c6C6f3f3F"),
        ] {
            assert_eq!(decoded(form, text).unwrap(), b"hello??", "{text}");
        }
        for (form, text, says) in [
            (Form::Base64, "aGVsbG8_Pw", "not base64: '_' does not belong"),
            (Form::Base64url, "aGVsbG8/Pw", "not base64url: '/' does not belong"),
            (Form::Base64, "aé", "not base64: 'é' does not belong"),
            (Form::Base64, "aGVsb", "its end is missing"),
            (Form::Hex, "abc", "its end is missing"),
            (Form::Hex, "xy", "not hex: 'x'"),
        ] {
            let error = decoded(form, text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
