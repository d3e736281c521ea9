//! `lambdeck secret`

use super::Usage;
use super::args::{Secret as Command, SecretImport, SecretRename, SecretSet};
use super::context::{Context, Format};
use super::output::tell;
use super::prompt;
use super::table;
use crate::domain::{Secret, SecretKind, SecretName};
use crate::workspace::{IdentitySource, Secrets, read_import};
use anyhow::Context as _;
use serde_json::json;
use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

/// The most that is read from stdin or a file, in bytes.
const INPUT_BYTES: u64 = 16 * 1024 * 1024;

pub(super) fn run(context: &mut Context, command: &Command) -> anyhow::Result<ExitCode> {
    let secrets = context.workspace()?.secrets(IdentitySource::of_this_process())?;
    match command {
        Command::Set(args) => set(context, &secrets, args),
        Command::List => list(context, &secrets),
        Command::Rename(SecretRename { old, new }) => {
            let (old, new) = (name(old)?, name(new)?);
            secrets.rename(&old, new.clone())?;
            done(context, &format!("renamed `{old}` to `{new}`"), &json!({ "renamed": [old, new] }))
        }
        Command::Rm(args) => {
            let name = name(&args.name)?;
            secrets.remove(&name)?;
            done(context, &format!("removed `{name}`"), &json!({ "removed": name }))
        }
        Command::Import(args) => import(context, &secrets, args),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn name(text: &str) -> Result<SecretName, Usage> {
    SecretName::new(text).map_err(Usage)
}

fn set(context: &mut Context, secrets: &Secrets, args: &SecretSet) -> anyhow::Result<()> {
    let name = name(&args.name)?;
    let known = secrets.list()?;
    let old = known.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    let kind = args.kind.map(SecretKind::from).or(old).unwrap_or(SecretKind::String);
    let text = if io::stdin().is_terminal() {
        prompt::hidden(&format!("value of `{name}` ({}): ", kind.as_str()))?
    } else {
        let text = read_text("-", io::stdin())?;
        // A shell's `echo` and most editors end the last line; the value does not.
        text.strip_suffix('\n')
            .map(|it| it.strip_suffix('\r').unwrap_or(it).to_owned())
            .unwrap_or(text)
    };
    let secret = Secret::new(kind, text).map_err(|reason| Usage(format!("`{name}`: {reason}")))?;
    let had_identity = secrets.identity().exists();
    secrets.set([(name.clone(), secret)])?;
    tell_of_identity(secrets, had_identity);
    let verb = if old.is_some() { "changed" } else { "added" };
    done(context, &format!("{verb} `{name}` ({})", kind.as_str()), &json!({ verb: name }))
}

fn list(context: &mut Context, secrets: &Secrets) -> anyhow::Result<()> {
    let known = secrets.list()?;
    if context.format == Format::Json {
        let all: Vec<_> =
            known.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
        return Ok(context.out.json(&all)?);
    }
    if known.is_empty() {
        tell("there are no secrets; `lambdeck secret set NAME` adds one");
    }
    let rows: Vec<_> =
        known.iter().map(|(name, kind)| [name.to_string(), kind.as_str().to_owned()]).collect();
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(())
}

fn import(context: &mut Context, secrets: &Secrets, args: &SecretImport) -> anyhow::Result<()> {
    let text = match args.file.as_deref() {
        None => read_text("-", io::stdin())?,
        Some(path) if path == Path::new("-") => read_text("-", io::stdin())?,
        Some(path) => {
            let shown = path.display().to_string();
            let file = fs::File::open(context.path(Some(path)))
                .with_context(|| format!("cannot read `{shown}`"))?;
            read_text(&shown, file)?
        }
    };
    let all = read_import(&text).map_err(|error| Usage(error.to_string()))?;
    let names: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
    let had_identity = secrets.identity().exists();
    secrets.set(all)?;
    tell_of_identity(secrets, had_identity);
    let listed: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let said = match listed.as_slice() {
        [] => "there was nothing to import".to_owned(),
        _ => format!("imported {}", listed.join(", ")),
    };
    done(context, &said, &json!({ "imported": names }))
}

fn read_text(shown: &str, from: impl io::Read) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    from.take(INPUT_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read `{shown}`"))?;
    if bytes.len() as u64 > INPUT_BYTES {
        return Err(Usage(format!("`{shown}` holds more than {INPUT_BYTES} bytes")).into());
    }
    Ok(String::from_utf8(bytes).map_err(|_| Usage(format!("`{shown}` is not UTF-8 text")))?)
}

/// Whoever has the identity has the secrets: where it lies is worth a word when it is made.
fn tell_of_identity(secrets: &Secrets, had_identity: bool) {
    if !had_identity {
        let identity = secrets.identity();
        tell(format_args!(
            "made the identity {identity}, without which nobody can read the secrets; keep a copy"
        ));
    }
}

fn done(context: &mut Context, said: &str, document: &serde_json::Value) -> anyhow::Result<()> {
    match context.format {
        Format::Json => context.out.json(document)?,
        Format::Human => tell(said),
    }
    Ok(())
}
