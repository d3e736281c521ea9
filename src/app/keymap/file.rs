//! `keys.toml`: what a person changes about the keys.
//!
//! ```toml
//! app.invoke = ["f5", "ctrl-r"]   # instead of the default keys
//! app.help = []                   # no key at all
//!
//! [in.text]
//! app.redraw = "ctrl-l"           # in this place only, beside its other keys
//! ```

use super::{Binding, Keymap, STACKS};
use crate::app::command::{COMMANDS, Command, Context};
use crate::app::input::Key;
use crate::workspace::{Problem, Reader, closest, entries};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use toml_edit::{Item, TableLike, Value};

/// What a line of the file says.
struct Setting {
    command: &'static Command,
    context: Context,
    keys: Vec<Key>,
    line: u32,
}

/// Reads `text`, the content of the file at `path`: the keys in force, and what of it cannot be or does not do what
/// was meant. Whatever is wrong is left out, and the rest holds.
pub fn read(path: &Path, text: &str) -> (Keymap, Vec<Problem>) {
    let mut reader = Reader::new(path, text);
    let mut settings = Vec::new();
    if let Some(document) = reader.parse() {
        for (key, item) in entries(document.as_table()) {
            if key.get() == "in" {
                places(&mut reader, key, item, &mut settings);
            } else {
                group(&mut reader, (key, item), None, &mut settings);
            }
        }
    }
    let bindings = apply(&mut reader, &settings);
    let keymap = Keymap::of(bindings);
    look_for_the_unreachable(&mut reader, &keymap, &settings);
    reader.problems.sort_by_key(|problem| problem.line);
    (keymap, reader.problems)
}

/// The tables `[in.PLACE]`.
fn places(reader: &mut Reader<'_>, key: &toml_edit::Key, item: &Item, settings: &mut Vec<Setting>) {
    let Some(table) = reader.table(key, item) else { return };
    for (key, item) in entries(table) {
        let place = Context::TITLES.iter().find(|(place, _)| place.id() == key.get());
        match (place, item.as_table_like()) {
            (Some((context, _)), Some(table)) => {
                for entry in entries(table) {
                    group(reader, entry, Some(*context), settings);
                }
            }
            (Some(_), None) => drop(reader.table(key, item)),
            (None, _) => {
                let places: Vec<_> = Context::TITLES.iter().map(|(place, _)| place.id()).collect();
                let message = format!(
                    "there is no place `{}`; the places are {}",
                    key.get(),
                    places.join(", ")
                );
                reader.error(key.span(), message);
            }
        }
    }
}

/// The commands whose names begin with one word, `app.` for example.
fn group(
    reader: &mut Reader<'_>,
    (key, item): (&toml_edit::Key, &Item),
    place: Option<Context>,
    settings: &mut Vec<Setting>,
) {
    if let Some(table) = item.as_table_like() {
        commands(reader, key.get(), table, place, settings);
    } else if key.get().contains('.') {
        setting(reader, (key, key.get(), item), place, settings);
    } else {
        let message = format!(
            "`{}` is no command; write `app.help = [\"f1\"]` for example; `lambdeck keys` lists the commands",
            key.get()
        );
        reader.error(key.span(), message);
    }
}

fn commands(
    reader: &mut Reader<'_>,
    group: &str,
    table: &dyn TableLike,
    place: Option<Context>,
    settings: &mut Vec<Setting>,
) {
    for (key, item) in entries(table) {
        let id = format!("{group}.{}", key.get());
        setting(reader, (key, &id, item), place, settings);
    }
}

fn setting(
    reader: &mut Reader<'_>,
    (key, id, item): (&toml_edit::Key, &str, &Item),
    place: Option<Context>,
    settings: &mut Vec<Setting>,
) {
    let Some(command) = COMMANDS.iter().find(|command| command.id == id) else {
        let ids: Vec<&str> = COMMANDS.iter().map(|command| command.id).collect();
        let advice = closest(id, &ids).map_or_else(
            || "`lambdeck keys` lists the commands".to_owned(),
            |like| format!("did you mean `{like}`?"),
        );
        return reader.error(key.span(), format!("there is no command `{id}`; {advice}"));
    };
    let Some(keys) = keys(reader, (key, id), item) else { return };
    let context = place.unwrap_or(command.context);
    let line = reader.line(key.span());
    settings.push(Setting { command, context, keys, line });
}

/// The keys that `item` holds; `None` when it holds something else.
fn keys(
    reader: &mut Reader<'_>,
    (key, id): (&toml_edit::Key, &str),
    item: &Item,
) -> Option<Vec<Key>> {
    let single = item.as_value().filter(|value| value.is_str());
    let values: Vec<&Value> = match (single, item.as_array()) {
        (Some(value), _) => vec![value],
        (None, Some(array)) => array.iter().collect(),
        (None, None) => {
            let message = format!("`{id}` must be keys: `{id} = [\"f5\", \"ctrl-r\"]` for example");
            reader.error(key.span(), message);
            return None;
        }
    };
    let mut keys = Vec::new();
    for value in values {
        match value.as_str().map(|text| (text, Key::parse(text))) {
            Some((_, Some(key))) => keys.push(key),
            Some((text, None)) => reader.error(
                value.span(),
                format!(
                    "`{text}` is no key; keys are written as in `ctrl-s`, `alt-shift-up`, `f5`, `pagedown`, `?`"
                ),
            ),
            None => reader.error(value.span(), format!("`{id}` must hold keys in quotes only")),
        }
    }
    Some(keys)
}

/// The defaults with the settings over them.
fn apply(reader: &mut Reader<'_>, settings: &[Setting]) -> Vec<Binding> {
    let mut taken: HashMap<(Context, Key), &Setting> = HashMap::new();
    let mut own = Vec::new();
    for setting in settings {
        for key in &setting.keys {
            let place = (setting.context, *key);
            match taken.get(&place) {
                Some(other) if other.command.id != setting.command.id => {
                    let message = format!(
                        "{key} is {} already (line {}); give {} another key",
                        other.command.id, other.line, setting.command.id
                    );
                    reader.error_on(setting.line, message);
                }
                Some(_) => {}
                None => {
                    taken.insert(place, setting);
                    own.push(Binding {
                        context: setting.context,
                        key: *key,
                        command: setting.command,
                    });
                }
            }
        }
    }
    let replaced: HashSet<(&str, Context)> =
        settings.iter().map(|setting| (setting.command.id, setting.context)).collect();
    let mut bindings = Vec::new();
    for binding in Keymap::defaults() {
        if replaced.contains(&(binding.command.id, binding.context)) {
            continue;
        }
        if !taken.contains_key(&(binding.context, binding.key)) {
            bindings.push(binding);
        }
    }
    bindings.extend(own);
    tell_of_the_keyless(reader, &bindings, (&taken, settings));
    bindings
}

/// Commands that lost their last key to another one although nobody said so.
fn tell_of_the_keyless(
    reader: &mut Reader<'_>,
    bindings: &[Binding],
    (taken, settings): (&HashMap<(Context, Key), &Setting>, &[Setting]),
) {
    let reached: HashSet<&str> = bindings.iter().map(|binding| binding.command.id).collect();
    let said: HashSet<&str> = settings.iter().map(|setting| setting.command.id).collect();
    for command in COMMANDS {
        let id = command.id;
        if reached.contains(id) || said.contains(id) {
            continue;
        }
        let Some(thief) = command.parsed_keys().find_map(|key| taken.get(&(command.context, key)))
        else {
            continue;
        };
        let message = format!(
            "{} takes the last key of {id}; give that one another, or say `{id} = []`",
            thief.command.id
        );
        reader.warning_on(thief.line, message);
    }
}

/// Keys that are never seen where they were bound: letters where letters are text, and what every place has taken
/// already for something of its own.
fn look_for_the_unreachable(reader: &mut Reader<'_>, keymap: &Keymap, settings: &[Setting]) {
    for setting in settings {
        for key in &setting.keys {
            if keymap.get(setting.context, *key).is_none_or(|it| it.id != setting.command.id) {
                continue;
            }
            let stacks = STACKS.iter().map(|(_, stack)| *stack);
            let above = stacks.filter_map(|stack| {
                let depth = stack.iter().position(|context| *context == setting.context)?;
                Some(&stack[..depth])
            });
            let hidden: Vec<Option<String>> =
                above.map(|stack| hidden(keymap, stack, (setting, *key))).collect();
            if let Some(reason) = hidden.iter().cloned().collect::<Option<Vec<_>>>() {
                let Some(reason) = reason.first() else { continue };
                let message = format!("{key} never reaches {}: {reason}", setting.command.id);
                reader.warning_on(setting.line, message);
            }
        }
    }
}

/// Why `key` does not get through the contexts `above` to the setting's own.
fn hidden(keymap: &Keymap, above: &[Context], (setting, key): (&Setting, Key)) -> Option<String> {
    let is_text = |context: Context| context.takes_text() && key.typed().is_some();
    above.iter().chain([&setting.context]).find_map(|context| {
        if is_text(*context) {
            return Some("a letter is typed there; hold Ctrl or Alt with it".to_owned());
        }
        let other = keymap.get(*context, key).filter(|_| *context != setting.context)?;
        (other.action != setting.command.action)
            .then(|| format!("it is {} in `{}`", other.id, context.id()))
    })
}

/// An example of the file: every command with its default keys, each line a comment.
pub fn example() -> String {
    let mut text = String::from(
        "# Keys of lambdeck that differ from the defaults. Every line below shows a default; remove the `#` to change it.\n\
         # What stands here replaces all keys of the command; [] takes them away. `lambdeck keys` shows what is in force.\n\
         # Keys: ctrl-s, alt-shift-up, f5, enter, esc, tab, space, pagedown, delete, ?; a letter by itself only where none is typed.\n",
    );
    let _ = writeln!(
        text,
        "# In one place only, beside the keys it has: a table [in.PLACE] at the end, PLACE one of\n# {}.",
        Context::TITLES.iter().map(|(place, _)| place.id()).collect::<Vec<_>>().join(", ")
    );
    for (context, title) in Context::TITLES {
        let _ = write!(text, "\n# {title}\n");
        for command in COMMANDS.iter().filter(|command| command.context == *context) {
            let keys: Vec<_> = command.keys.iter().map(|key| format!("{key:?}")).collect();
            let keys = keys.join(", ");
            let _ = writeln!(text, "# {} = [{keys}]  # {}", command.id, command.title);
        }
    }
    text.push_str("\n# [in.text]\n# app.redraw = \"alt-f9\"\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Keymap, Vec<String>) {
        let (keymap, problems) = super::read(Path::new("keys.toml"), text);
        (keymap, problems.iter().map(ToString::to_string).collect())
    }

    fn keymap(text: &str) -> Keymap {
        let (keymap, problems) = read(text);
        assert!(problems.is_empty(), "{problems:?}");
        keymap
    }

    fn id(keymap: &Keymap, context: Context, key: &str) -> Option<&'static str> {
        keymap.get(context, Key::parse(key).unwrap()).map(|command| command.id)
    }

    #[test]
    fn a_command_gets_other_keys_several_or_none() {
        let keymap = keymap(
            "app.invoke = [\"f12\", \"Ctrl+R\"]\napp.quit = []\n[editor]\nsave = \"alt-s\"\n",
        );
        for (context, key, wanted) in [
            (Context::Global, "f12", Some("app.invoke")),
            (Context::Global, "ctrl-r", Some("app.invoke")),
            (Context::Global, "f5", None),
            (Context::Editor, "alt-s", Some("editor.save")),
            (Context::Editor, "ctrl-s", None),
            (Context::Always, "ctrl-q", None),
            (Context::Always, "f1", Some("app.help")),
        ] {
            assert_eq!(id(&keymap, context, key), wanted, "{key}");
        }
    }

    #[test]
    fn a_place_gets_a_key_of_its_own_beside_the_others() {
        let keymap = keymap("[in.text]\napp.redraw = \"alt-f9\"\n");
        assert_eq!(id(&keymap, Context::Text, "alt-f9"), Some("app.redraw"));
        assert_eq!(id(&keymap, Context::Always, "ctrl-l"), Some("app.redraw"));
    }

    #[test]
    fn a_key_of_another_command_is_taken_from_it() {
        let keymap = keymap("lambdas.rename = \"x\"\n");
        assert_eq!(id(&keymap, Context::Lambdas, "x"), Some("lambdas.rename"));
        assert_eq!(id(&keymap, Context::Lambdas, "delete"), Some("lambdas.delete"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_what_to_do_and_the_rest_holds() {
        for (text, wanted) in [
            (
                "app.invok = \"f12\"",
                "keys.toml:2: there is no command `app.invok`; did you mean `app.invoke`?",
            ),
            ("help = \"f12\"", "keys.toml:2: `help` is no command; write `app.help"),
            (
                "app.help = \"hyper-x\"",
                "keys.toml:2: `hyper-x` is no key; keys are written as in `ctrl-s`",
            ),
            ("app.help = 5", "keys.toml:2: `app.help` must be keys"),
            ("app.help = [5]", "keys.toml:2: `app.help` must hold keys in quotes only"),
            (
                "app.help = \"f12\"\napp.palette = \"f1\"\napp.reload = \"f1\"",
                "keys.toml:4: F1 is app.palette already (line 3); give app.reload another key",
            ),
            (
                "editor.overwrite = \"ctrl-s\"",
                "keys.toml:2: editor.overwrite takes the last key of editor.save; give that one another, or say `editor.save = []`",
            ),
            (
                "[in.nowhere]\napp.help = \"f12\"",
                "keys.toml:2: there is no place `nowhere`; the places are always, global",
            ),
            ("[in]\ntext = 3", "keys.toml:3: `text` must be a table"),
            (
                "text.copy = \"c\"",
                "keys.toml:2: c never reaches text.copy: a letter is typed there",
            ),
            ("invoke.reset = \"enter\"", "keys.toml:2: Enter never reaches invoke.reset: it is "),
            ("= 3", "keys.toml:2: not valid TOML"),
        ] {
            let (keymap, problems) = read(&format!("# mine\n{text}"));
            assert!(
                problems.iter().any(|problem| problem.starts_with(wanted)),
                "{text}: {problems:#?}"
            );
            assert_eq!(id(&keymap, Context::Global, "f5"), Some("app.invoke"), "{text}");
        }
        let (keymap, problems) = read("app.none = \"f12\"\napp.help = \"f12\"");
        assert_eq!((id(&keymap, Context::Always, "f12"), problems.len()), (Some("app.help"), 1));
    }

    #[test]
    fn the_example_changes_nothing_and_every_line_of_it_can_be_taken() {
        let example = example();
        assert!(read(&example).1.is_empty());
        let taken: String = example
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = [") && !line.contains("shows a default"))
            .flat_map(|line| [line, "\n"])
            .collect();
        assert_eq!(taken.lines().count(), COMMANDS.len());
        let (keymap, problems) = read(&taken);
        assert!(problems.is_empty(), "{problems:?}");
        let defaults = Keymap::default();
        for command in COMMANDS {
            assert!(keymap.keys(command).eq(defaults.keys(command)), "{}", command.id);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_does_harm(text in "[a-z.=\\[\\]\"\n # -]{0,80}|(app\\.(quit|help)|in\\.text\\.text\\.copy|\\[in\\.[a-z]{1,6}\\]| = |\\[|\\]|\"(ctrl-)?[a-z?]\"|\n){0,12}") {
            let _ = read(&text);
        }
    }
}
