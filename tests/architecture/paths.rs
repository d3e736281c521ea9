//! The paths that code names: `a::b` as it stands, `a::{b, c::d}` as `a::b` and `a::c::d`.

/// A path and the line it stands on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPath {
    pub line: usize,
    pub parts: Vec<String>,
}

impl NamedPath {
    /// Whether `parts` follow each other somewhere in the path; `_` stands for any part.
    pub fn has(&self, parts: &[&str]) -> bool {
        self.parts
            .windows(parts.len())
            .any(|window| window.iter().zip(parts).all(|(have, want)| *want == "_" || have == want))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Joint,
    Other(char),
}

/// Every path in `code`, from which comments and strings are gone.
pub fn all(code: &str) -> Vec<NamedPath> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].1 {
            Token::Word(_) => at = path(&tokens, at, &[], &mut found),
            _ => at += 1,
        }
    }
    found
}

fn tokens(code: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        } else if c.is_alphanumeric() || c == '_' {
            let mut word = String::from(c);
            while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                word.push(c);
            }
            tokens.push((line, Token::Word(word)));
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            tokens.push((line, Token::Joint));
        } else if !c.is_whitespace() {
            tokens.push((line, Token::Other(c)));
        }
    }
    tokens
}

/// Reads the path whose first word is at `at`, behind `stem`; gives the place behind it.
fn path(
    tokens: &[(usize, Token)],
    at: usize,
    stem: &[String],
    found: &mut Vec<NamedPath>,
) -> usize {
    let line = tokens[at].0;
    let mut parts = stem.to_vec();
    let mut at = at;
    while let Some((_, Token::Word(word))) = tokens.get(at) {
        parts.push(word.clone());
        at += 1;
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some((_, Token::Joint)), Some((_, Token::Word(_)))) => at += 1,
            (Some((_, Token::Joint)), Some((_, Token::Other('*')))) => {
                parts.push("*".to_owned());
                at += 2;
                break;
            }
            (Some((_, Token::Joint)), Some((_, Token::Other('{')))) => {
                return group(tokens, at + 2, &parts, found);
            }
            _ => break,
        }
    }
    found.push(NamedPath { line, parts });
    at
}

/// Reads what stands between the braces of a group; gives the place behind them.
fn group(
    tokens: &[(usize, Token)],
    from: usize,
    stem: &[String],
    found: &mut Vec<NamedPath>,
) -> usize {
    let mut at = from;
    loop {
        match tokens.get(at) {
            None => return at,
            Some((_, Token::Other('}'))) => return at + 1,
            Some((_, Token::Word(word))) if word == "as" => at += 2,
            Some((_, Token::Word(_))) => at = path(tokens, at, stem, found),
            Some((line, Token::Other('*'))) => {
                let parts = stem.iter().cloned().chain(["*".to_owned()]).collect();
                found.push(NamedPath { line: *line, parts });
                at += 1;
            }
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_taken_apart() {
        let code = "use a::{b, c::{d as e, f}, g::*};\nx::y::<Z>(w);";
        let paths: Vec<_> =
            all(code).into_iter().map(|path| (path.line, path.parts.join("::"))).collect();
        let expected = [
            (1, "use"),
            (1, "a::b"),
            (1, "a::c::d"),
            (1, "a::c::f"),
            (1, "a::g::*"),
            (2, "x::y"),
            (2, "Z"),
            (2, "w"),
        ];
        assert_eq!(paths, expected.map(|(line, path)| (line, path.to_owned())));
    }

    #[test]
    fn parts_are_found_where_they_follow_each_other() {
        let path = &all("std::time::Instant::now()")[0];
        assert!(path.has(&["Instant", "now"]) && path.has(&["std", "_", "Instant"]));
        assert!(!path.has(&["std", "Instant"]) && !path.has(&["now", "_"]));
    }
}
