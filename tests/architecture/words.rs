//! Names that have no place in a part of the program.

use crate::files::SourceFile;
use crate::paths;

/// What a pure part never names.
const IMPURE: [&[&str]; 6] = [
    &["tokio"],
    &["std", "fs"],
    &["std", "process"],
    &["Instant", "now"],
    &["SystemTime"],
    &["crossterm"],
];

/// Parts that know no clock, no disk, no process and no terminal.
const PURE: [&str; 4] = ["app", "ui", "editor", "domain"];

/// What runs lambdas, and never draws.
const UNSEEN: [&[&str]; 3] = [&["ratatui"], &["crate", "app"], &["crate", "ui"]];

/// Where colours are named, and only there: the theme, and the encoder that writes them out.
const COLOURFUL: [&str; 2] = ["src/ui/theme/", "src/shell/frame"];

/// The names of a file that have no place in it.
pub fn check(file: &SourceFile) -> Vec<String> {
    let modules = file.modules();
    let part = modules.first().map_or("", String::as_str);
    let mut forbidden: Vec<&[&str]> = Vec::new();
    if PURE.contains(&part) {
        forbidden.extend(IMPURE);
    }
    if part == "runtime" {
        forbidden.extend(UNSEEN);
    }
    if !COLOURFUL.iter().any(|place| file.name.starts_with(place)) {
        forbidden.push(&["Color", "_"]);
    }
    let named = paths::all(&file.code);
    let found = named.iter().filter_map(|path| {
        let words = forbidden.iter().find(|words| path.has(words))?;
        Some(format!("{}:{}: has no business with `{}`", file.name, path.line, words.join("::")))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(name: &str, text: &str) -> usize {
        check(&SourceFile::of(name, text)).len()
    }

    #[test]
    fn a_pure_part_that_touches_the_world_is_found() {
        for text in [
            "use tokio::sync::mpsc;",
            "use std::{fs, io};",
            "fn f() { std::process::exit(0) }",
            "use std::time::Instant; fn f() { Instant::now() }",
            "use std::time::{Duration, SystemTime};",
            "use ratatui::crossterm::event;",
        ] {
            for name in ["src/app/a.rs", "src/ui/a.rs", "src/editor/a.rs", "src/domain/a.rs"] {
                assert_eq!(count(name, text), 1, "{name}: {text}");
            }
            assert_eq!(count("src/shell/a.rs", text), 0);
        }
        assert_eq!(count("src/app/a.rs", "// std::fs\nfn f(at: Instant) { \"tokio\" }"), 0);
    }

    #[test]
    fn a_runtime_that_draws_is_found() {
        assert_eq!(count("src/runtime/a.rs", "use ratatui::buffer::Buffer;"), 1);
        assert_eq!(count("src/runtime/a.rs", "use crate::{app, domain, ui};"), 2);
    }

    #[test]
    fn a_colour_outside_the_theme_is_found() {
        assert_eq!(count("src/ui/root.rs", "style.fg(ratatui::style::Color::Red)"), 1);
        assert_eq!(count("src/cli/output.rs", "AnsiColor::Red.on_default()"), 0);
        assert_eq!(count("src/ui/theme/mod.rs", "Color::Red"), 0);
    }
}
