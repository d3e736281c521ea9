//! URIs and references to them, by RFC 3986: which characters may stand in one.

/// Whether `text` can be a URI reference.
pub(super) fn is_reference(text: &str) -> bool {
    let bytes = text.as_bytes();
    let escapes_are_whole =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| {
            let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
            digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
        });
    !text.is_empty()
        && bytes.iter().all(|byte| is_allowed(*byte))
        && text.matches('#').count() <= 1
        && escapes_are_whole
}

/// Whether `text` is a URI with its scheme.
pub(super) fn is_absolute(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    let rest_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    is_reference(text)
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(rest_of_scheme)
}

const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'/'
                | b'?'
                | b'#'
                | b'['
                | b']'
                | b'@'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b'%'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_uris_are_told_apart() {
        for good in ["https://a.example/b?c=d#e", "urn:uuid:6e8bc430", "mailto:a@b.example"] {
            assert!(is_reference(good) && is_absolute(good), "{good}");
        }
        for relative in ["/a/b", "#fragment", "//host/path", "1-555-123-4567", "a%20b", "1a:b"] {
            assert!(is_reference(relative) && !is_absolute(relative), "{relative}");
        }
        for bad in ["", "a b", "a\"b", "a%2", "a%zz", "ü", "a#b#c", "<a>", "a\u{0}", "{a}", "a\\b"]
        {
            assert!(!is_reference(bad) && !is_absolute(bad), "{bad}");
        }
    }
}
