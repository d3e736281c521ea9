//! Which part of the program may know which.

use crate::files::SourceFile;
use crate::paths::{self, NamedPath};

/// The parts, each with its layer.
const LAYERS: [(&str, u8); 13] = [
    ("domain", 0),
    ("workspace", 1),
    ("catalog", 1),
    ("language", 2),
    ("editor", 3),
    ("runtime", 3),
    ("app", 4),
    ("platform", 4),
    ("ui", 5),
    ("gateway", 5),
    ("cli", 6),
    ("shell", 6),
    // The root: names the parts and knows none of them.
    ("lib", 7),
];

/// Neighbours that may know each other, in this direction only.
const BESIDE: [(&str, &str); 2] = [("workspace", "catalog"), ("cli", "shell")];

fn layer(part: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == part).map(|(_, layer)| *layer)
}

/// The imports of a file that point sideways or up.
pub fn check(file: &SourceFile) -> Vec<String> {
    let modules = file.modules();
    let Some(part) = modules.first().filter(|part| *part != "main") else { return Vec::new() };
    let Some(from) = layer(part) else {
        return vec![format!("{}: `{part}` has no place in the table of layers", file.name)];
    };
    let inner_depth = modules.len();
    let mut findings = Vec::new();
    for path in paths::all(&file.code) {
        let Some(known) = reached(&path, inner_depth).filter(|known| *known != part) else {
            continue;
        };
        let Some(to) = layer(known) else { continue };
        if to >= from && !BESIDE.contains(&(part.as_str(), known)) {
            findings.push(format!("{}:{}: `{part}` must not know `{known}`", file.name, path.line));
        }
    }
    findings
}

/// The part of the program that a path in a module at `depth` leads to from the root.
fn reached(path: &NamedPath, depth: usize) -> Option<&str> {
    let steps = match path.parts.first()?.as_str() {
        "crate" => 1,
        "super" | "self" => {
            let start = usize::from(path.parts[0] == "self");
            let ups = path.parts[start..].iter().take_while(|part| *part == "super").count();
            (ups == depth).then_some(start + ups)?
        }
        _ => return None,
    };
    path.parts.get(steps).map(String::as_str)
}

/// Parts that the picture in `src/lib.rs` does not show in their layer, and modules that the table does not have.
pub fn check_picture(lib: &str) -> Vec<String> {
    let row = |layer: u8| {
        lib.lines().find(|line| line.starts_with(&format!("//!  {layer}   "))).unwrap_or_default()
    };
    let is_shown = |name: &str, layer| row(layer).split_whitespace().any(|word| word == name);
    let declared = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let unknown = declared
        .filter(|name| layer(name).is_none())
        .map(|name| format!("src/lib.rs: `{name}` has no place in the table of layers"));
    let hidden = LAYERS
        .iter()
        .filter(|(name, layer)| *name != "lib" && !is_shown(name, *layer))
        .map(|(name, layer)| {
            format!("src/lib.rs: the picture does not show `{name}` in layer {layer}")
        });
    unknown.chain(hidden).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, text: &str) -> Vec<String> {
        check(&SourceFile::of(name, text))
    }

    #[test]
    fn down_and_within_is_allowed() {
        assert!(
            findings(
                "src/ui/root.rs",
                "use crate::app::state; use crate::ui::theme; use crate::{domain, editor};"
            )
            .is_empty()
        );
        assert!(findings("src/workspace/mod.rs", "use crate::catalog::Catalog;").is_empty());
        assert!(findings("src/cli/open.rs", "fn f() { crate::shell::run() }").is_empty());
        assert!(
            findings("src/app/dialogs/pick.rs", "use super::super::state; pub(crate) fn f() {}")
                .is_empty()
        );
    }

    #[test]
    fn up_is_found() {
        assert_eq!(
            findings("src/editor/buffer.rs", "\nuse crate::app::state;"),
            ["src/editor/buffer.rs:2: `editor` must not know `app`"]
        );
    }

    #[test]
    fn sideways_is_found() {
        assert_eq!(findings("src/runtime/mod.rs", "use crate::editor;").len(), 1);
        assert_eq!(findings("src/catalog/mod.rs", "use crate::workspace;").len(), 1);
        assert_eq!(findings("src/shell/mod.rs", "use crate::cli;").len(), 1);
    }

    #[test]
    fn up_is_found_in_groups_in_expressions_and_behind_super() {
        assert_eq!(
            findings("src/domain/run.rs", "use crate::{domain, ui::{theme, root}};").len(),
            2
        );
        assert_eq!(findings("src/app/update.rs", "fn f() { crate::shell::run() }").len(), 1);
        assert_eq!(findings("src/app/update.rs", "use super::super::ui;").len(), 1);
        assert_eq!(findings("src/app/mod.rs", "use self::super::ui;").len(), 1);
    }

    #[test]
    fn a_part_without_a_layer_is_found() {
        assert_eq!(findings("src/extras/mod.rs", "").len(), 1);
        assert_eq!(check_picture("//!  0   domain\npub mod extras;").len(), 12);
    }
}
