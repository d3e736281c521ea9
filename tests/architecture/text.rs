//! Rust as text: what is left of it without comments, strings and tests.

/// `source` with comments and the insides of literals made blank; lines stay where they are.
pub fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment or literal that starts at `at` ends; `at` itself when none does.
fn literal_end(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => find(chars, at, |c| c == '\n'),
        '/' if next == Some('*') => block_comment_end(chars, at),
        '"' => quoted_end(chars, at),
        'r' if !is_word(before(chars, at)) || before(chars, at) == Some('b') => raw_end(chars, at),
        '\'' if next == Some('\\') => find(chars, at + 3, |c| c == '\'') + 1,
        '\'' if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

fn before(chars: &[char], at: usize) -> Option<char> {
    at.checked_sub(1).map(|before| chars[before])
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|at| wanted(chars[*at])).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn quoted_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn raw_end(chars: &[char], start: usize) -> usize {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    let quote = start + 1 + hashes;
    if chars.get(quote) != Some(&'"') {
        return start;
    }
    let closes = |at: &usize| {
        chars[*at] == '"' && chars[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes
    };
    (quote + 1..chars.len()).find(closes).map_or(chars.len(), |at| at + 1 + hashes)
}

/// Code, as [`code`] gives it, with every item behind `#[cfg(test)]` made blank, and the names of the modules among them
/// that have a file of their own.
pub fn without_tests(code: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let mut out = code.to_owned();
    let mut modules = Vec::new();
    while let Some(start) = out.find(MARK) {
        let end = item_end(&out, start + MARK.len());
        let item = &out[start + MARK.len()..end];
        modules.extend(module_name(item));
        let blank: String =
            out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
    }
    (out, modules)
}

/// Behind the first `;` outside brackets, or behind the braces that come before one.
fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[from..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' if depth == 1 => return from + at + 1,
            '}' | ')' | ']' => depth -= 1,
            ';' if depth == 0 => return from + at + 1,
            _ => {}
        }
    }
    code.len()
}

fn module_name(item: &str) -> Option<String> {
    let (_, name) = item.trim_end().strip_suffix(';')?.rsplit_once("mod ")?;
    Some(name.trim().to_owned())
}

#[test]
fn comments_and_literals_are_no_code() {
    let source =
        "a /* b /* c */ d */ e // f\ng(\"h\\\" i\", r#\"j \" k\"#, 'l', '\\n', br\"m\") <'n>";
    let code = code(source);
    let words: Vec<_> =
        code.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    assert_eq!(words, ["a", "e", "g", "b", "n"]);
    assert_eq!(code.lines().count(), 2);
}

#[test]
fn tests_are_no_part_of_the_program() {
    let (code, modules) = without_tests(
        "mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[rustfmt::skip]\nmod b { fn c() { d(); } }\nfn e() {}",
    );
    assert_eq!(modules, ["tests"]);
    assert!(code.contains("mod a;") && code.contains("fn e()"), "{code}");
    assert!(!code.contains('d') || !code.contains("d()"), "{code}");
    assert!(!code.contains("mod b"), "{code}");
}
