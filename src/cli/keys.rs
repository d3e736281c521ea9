//! `lambdeck keys`

use super::args::Keys;
use super::context::{Context, Format};
use super::output::{FAINT, HEADING, ODD, Stream, tell};
use super::table;
use crate::app::action::{Action, AppAction};
use crate::app::command::{self, COMMANDS, Command};
use crate::app::keymap::{self, Keymap};
use crate::workspace::{ConfigFolder, Problem};
use serde_json::{Value, json};
use std::io;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Keys) -> anyhow::Result<ExitCode> {
    let folder = ConfigFolder::find();
    if args.write {
        let path = folder.make_keys(&keymap::example())?;
        match context.format {
            Format::Json => context.out.json(&json!({ "keys": path }))?,
            Format::Human => tell(format_args!("made {}; every key is in it", path.display())),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (keymap, problems) =
        if args.default { (Keymap::default(), Vec::new()) } else { in_force(&folder) };
    for problem in &problems {
        tell(format_args!("{}: {problem}", Stream::Error.paint(ODD, "warning")));
    }
    if context.format == Format::Json {
        let all: Vec<Value> = COMMANDS.iter().map(|command| as_json(&keymap, command)).collect();
        context.out.json(&all)?;
    } else {
        print(context, &keymap)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The keys that the IDE would take, and what is wrong with the person's own.
fn in_force(folder: &ConfigFolder) -> (Keymap, Vec<Problem>) {
    match folder.keys() {
        Ok(Some(file)) => keymap::read(&file.path, &file.text),
        Ok(None) => (Keymap::default(), Vec::new()),
        Err(problem) => (Keymap::default(), vec![problem]),
    }
}

/// The commands by the place where their keys count; one stands in a further place where it has a key there.
fn places(keymap: &Keymap) -> impl Iterator<Item = (command::Context, Vec<&'static Command>)> {
    command::Context::TITLES.iter().filter_map(|(place, _)| {
        let is_here = |command: &&Command| {
            command.context == *place || keymap.keys_in(command, *place).next().is_some()
        };
        let commands: Vec<_> = COMMANDS.iter().filter(is_here).collect();
        (!commands.is_empty()).then_some((*place, commands))
    })
}

fn print(context: &mut Context, keymap: &Keymap) -> io::Result<()> {
    // One table, so that the columns line up from place to place.
    let rows: Vec<_> = places(keymap)
        .flat_map(|(place, commands)| commands.into_iter().map(move |command| (place, command)))
        .map(|(place, command)| row(keymap, place, command))
        .collect();
    let mut lines = table::lines(&rows).into_iter();
    for (number, (place, commands)) in places(keymap).enumerate() {
        if number > 0 {
            context.out.line("")?;
        }
        context.out.line(Stream::Result.paint(HEADING, place.title()))?;
        for line in lines.by_ref().take(commands.len()) {
            context.out.line(format_args!("  {line}"))?;
        }
    }
    context.out.line("")?;
    let palette = keymap.word(Action::App(AppAction::Palette));
    let words = format!(
        "What has no key is in the palette, {palette}. Other keys: `lambdeck keys --write`."
    );
    context.out.line(Stream::Result.paint(FAINT, words))
}

fn row(keymap: &Keymap, place: command::Context, command: &Command) -> [String; 4] {
    let keys = keys(keymap, command, place);
    [keys.join(" "), command.title.into(), command.id.into(), command.doc.into()]
}

fn keys(keymap: &Keymap, command: &Command, place: command::Context) -> Vec<String> {
    keymap.keys_in(command, place).map(|key| key.to_string()).collect()
}

fn as_json(keymap: &Keymap, command: &Command) -> Value {
    let mut all = json!({
        "id": command.id,
        "context": command.context.title(),
        "keys": keys(keymap, command, command.context),
        "title": command.title,
        "doc": command.doc,
    });
    let elsewhere: Vec<Value> = command::Context::TITLES
        .iter()
        .filter(|(place, _)| *place != command.context)
        .map(|(place, title)| (title, keys(keymap, command, *place)))
        .filter(|(_, keys)| !keys.is_empty())
        .map(|(title, keys)| json!({ "context": title, "keys": keys }))
        .collect();
    if !elsewhere.is_empty() {
        all["elsewhere"] = elsewhere.into();
    }
    all
}
