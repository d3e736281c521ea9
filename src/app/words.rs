//! Words laid out in rows.

use crate::editor::clusters;
use unicode_width::UnicodeWidthStr;

/// `text` in rows of at most `width` columns, broken at blanks; a longer word is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in text.split_whitespace() {
        let mut word = word;
        if !row.is_empty() && row.width() + 1 + word.width() > width {
            rows.push(std::mem::take(&mut row));
        }
        while word.width() > width {
            let cut = word
                .char_indices()
                .map(|(at, c)| at + c.len_utf8())
                .take_while(|end| word[..*end].width() <= width)
                .last();
            let Some(cut) = cut else { break };
            rows.push(word[..cut].to_owned());
            word = &word[cut..];
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// `text` in rows of exactly `width` columns but for the last, cut wherever they are full.
pub fn cut_into(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut rows = vec![String::new()];
    let mut used = 0;
    for cluster in clusters(text) {
        if used + cluster.width > width && used > 0 {
            rows.push(String::new());
            used = 0;
        }
        used += cluster.width;
        rows.last_mut().expect("there is a row").push_str(cluster.text);
    }
    rows
}

/// A time for a person, to the minute: `2026-03-14 15:09`. The clock is `offset_s` seconds ahead of UTC.
pub fn date_and_time(at_ms: i64, offset_s: i32) -> String {
    let local = jiff::tz::Offset::from_seconds(offset_s).unwrap_or(jiff::tz::Offset::UTC);
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
    local.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `text` with a capital at its start, unless it starts with the name of a function in a module.
pub fn capital(text: &str) -> String {
    if text.split(' ').next().is_some_and(|word| word.contains("::")) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_start_with_a_capital_and_code_stays_as_it_is() {
        assert_eq!(capital("über alles"), "Über alles");
        assert_eq!(capital("http::get: refused"), "http::get: refused");
        assert_eq!(capital(""), "");
    }

    #[test]
    fn words_are_broken_at_blanks_and_long_ones_cut() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert!(wrap("", 3).is_empty());
    }

    #[test]
    fn a_long_value_is_cut_where_a_row_is_full() {
        assert_eq!(cut_into("abcdefg", 3), ["abc", "def", "g"]);
        assert_eq!(cut_into("a日本", 3), ["a日", "本"]);
        assert_eq!(cut_into("", 3), [""]);
    }
}
