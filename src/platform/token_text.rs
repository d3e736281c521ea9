//! The text of a token: what its holder shows, and what is never kept.

use crate::domain::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use std::fmt;

/// What every token starts with, so that scanners of repositories know one when they see it.
pub const TOKEN_PREFIX: &str = "lambdeck_";

/// Random bytes in a token.
const ENTROPY_BYTES: usize = 32;

/// A token's text: [`TOKEN_PREFIX`] and 32 random bytes in the alphabet of base64url.
///
/// It does not show in debug output. A fast hash is enough to keep it, since nobody can guess 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(String);

impl TokenText {
    /// The token of these random bytes.
    pub fn from_entropy(entropy: [u8; ENTROPY_BYTES]) -> Self {
        Self(format!("{TOKEN_PREFIX}{}", BASE64URL_NOPAD.encode(&entropy)))
    }

    /// A new token.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut entropy = [0; ENTROPY_BYTES];
        getrandom::fill(&mut entropy)?;
        Ok(Self::from_entropy(entropy))
    }

    /// Takes `text` for a token, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let entropy = BASE64URL_NOPAD.decode(text.strip_prefix(TOKEN_PREFIX)?.as_bytes()).ok()?;
        (entropy.len() == ENTROPY_BYTES).then(|| Self(text.to_owned()))
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.0.as_bytes()).as_ref());
        TokenHash(hash)
    }

    /// The text, to be shown to its holder once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_hashes_to_the_same() {
        let token = TokenText::from_entropy([7; 32]);
        assert_eq!(token.reveal(), "lambdeck_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        let read = TokenText::parse(token.reveal()).unwrap();
        assert_eq!(read.hash(), token.hash());
        assert_ne!(read.hash(), TokenText::from_entropy([8; 32]).hash());
        assert_ne!(TokenText::random().unwrap(), TokenText::random().unwrap());
    }

    #[test]
    fn other_texts_are_no_tokens_and_none_shows_in_debug_output() {
        let good = TokenText::from_entropy([7; 32]);
        for bad in ["", "lambdeck_", "BwcH", &good.reveal()[..50], &format!("{}A", good.reveal())] {
            assert_eq!(TokenText::parse(bad), None, "{bad}");
        }
        assert_eq!(format!("{good:?}"), "TokenText(…)");
    }
}
