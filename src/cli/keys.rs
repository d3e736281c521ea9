//! `lambdeck keys`

use super::context::{Context, Format};
use super::output::{FAINT, HEADING, Stream};
use super::table;
use crate::app::command::{self, COMMANDS, Command};
use serde_json::{Value, json};
use std::io;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context) -> anyhow::Result<ExitCode> {
    if context.format == Format::Json {
        let all: Vec<Value> = places().flat_map(|(_, commands)| commands).map(as_json).collect();
        context.out.json(&all)?;
    } else {
        print(context)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The commands by the place where their keys count.
fn places() -> impl Iterator<Item = (&'static str, Vec<&'static Command>)> {
    command::Context::TITLES.iter().filter_map(|(place, title)| {
        let commands: Vec<_> =
            COMMANDS.iter().filter(|command| command.context == *place).collect();
        (!commands.is_empty()).then_some((*title, commands))
    })
}

fn print(context: &mut Context) -> io::Result<()> {
    // One table, so that the columns line up from place to place.
    let rows: Vec<_> = places().flat_map(|(_, commands)| commands).map(row).collect();
    let mut lines = table::lines(&rows).into_iter();
    for (number, (title, commands)) in places().enumerate() {
        if number > 0 {
            context.out.line("")?;
        }
        context.out.line(Stream::Result.paint(HEADING, title))?;
        for line in lines.by_ref().take(commands.len()) {
            context.out.line(format_args!("  {line}"))?;
        }
    }
    context.out.line("")?;
    context.out.line(Stream::Result.paint(FAINT, "What has no key is in the palette, Ctrl-P."))
}

fn row(command: &Command) -> [String; 4] {
    [keys(command).join(" "), command.title.into(), command.id.into(), command.doc.into()]
}

fn keys(command: &Command) -> Vec<String> {
    command.parsed_keys().map(|key| key.to_string()).collect()
}

fn as_json(command: &Command) -> Value {
    json!({
        "id": command.id,
        "context": command.context.title(),
        "keys": keys(command),
        "title": command.title,
        "doc": command.doc,
    })
}
