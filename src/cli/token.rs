//! `lambdeck token`

use super::args_platform::Token as Command;
use super::context::{Context, Format};
use super::output::tell;
use super::prompt::Consent;
use super::stage::{Stage, doer};
use super::{Usage, table, when};
use crate::domain::token::check_name;
use crate::domain::{Scope, Token};
use crate::platform::TokenText;
use crate::platform::store::Tokens as _;
use anyhow::Context as _;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, command: &Command) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    match command {
        Command::Create { name, scope, expires } => {
            create(context, &stage, (name, scope), expires.as_deref())?;
        }
        Command::List => list(context, &stage)?,
        Command::Revoke { name, yes } => {
            let known = stage.wait(stage.store.tokens())?;
            // One that is not there is refused by the store.
            if known.iter().any(|it| it.name == *name) {
                let question = format!("Revoke `{name}`? Whoever uses it is refused from now on.");
                Consent::of(*yes).ask(&question, "nothing was revoked")?;
            }
            stage.wait(stage.store.revoke_token(name.clone(), doer()))?;
            match context.format {
                Format::Json => context.out.json(&json!({ "revoked": name }))?,
                Format::Human => tell(format_args!("revoked `{name}`")),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn create(
    context: &mut Context,
    stage: &Stage,
    (name, scopes): (&str, &[String]),
    expires: Option<&str>,
) -> anyhow::Result<()> {
    check_name(name).map_err(Usage)?;
    let doer = doer();
    let end = |text: &str| {
        let age = when::age_ms(text).filter(|age| *age > 0);
        let told =
            || Usage(format!("`{text}` is no time for a token to hold; write `12h` or `90d`"));
        age.and_then(|age| doer.at_ms.checked_add(age)).ok_or_else(told)
    };
    let expires_at_ms = expires.map(end).transpose()?;
    let text = TokenText::random().context("the system has no random numbers")?;
    let wanted = |scope: &&Scope| scopes.iter().any(|it| it == scope.name());
    let scopes: Vec<_> = Scope::ALL.iter().filter(wanted).copied().collect();
    let token = Token {
        name: name.to_owned(),
        hash: text.hash(),
        scopes: scopes.clone(),
        created_at_ms: doer.at_ms,
        expires_at_ms,
    };
    stage.wait(stage.store.add_token(token, doer))?;
    match context.format {
        Format::Json => context.out.json(&json!({
            "name": name, "token": text.reveal(), "scopes": scopes, "expires_at_ms": expires_at_ms,
        }))?,
        Format::Human => {
            tell("keep this text, it is not shown again:");
            context.out.line(text.reveal())?;
        }
    }
    Ok(())
}

fn list(context: &mut Context, stage: &Stage) -> anyhow::Result<()> {
    let tokens = stage.wait(stage.store.tokens())?;
    if context.format == Format::Json {
        let all: Vec<_> = tokens
            .iter()
            .map(|it| {
                json!({
                    "name": it.name, "scopes": it.scopes,
                    "created_at_ms": it.created_at_ms, "expires_at_ms": it.expires_at_ms,
                })
            })
            .collect();
        return Ok(context.out.json(&all)?);
    }
    if tokens.is_empty() {
        tell("there are no tokens; `lambdeck token create NAME --scope emit` makes one");
    }
    let now_ms = doer().at_ms;
    let rows: Vec<_> = tokens
        .iter()
        .map(|it| {
            let scopes: Vec<_> = it.scopes.iter().map(|scope| scope.name()).collect();
            let end = match it.expires_at_ms {
                None => "never ends".to_owned(),
                Some(end) if end <= now_ms => format!("ended {}", when::local(end)),
                Some(end) => format!("ends {}", when::local(end)),
            };
            [
                it.name.clone(),
                scopes.join(","),
                format!("made {}", when::local(it.created_at_ms)),
                end,
            ]
        })
        .collect();
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(())
}
