//! `lambdeck init`

use super::args::Init;
use super::context::{Context, Format};
use super::output::tell;
use crate::workspace::Workspace;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Init) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::init(&context.path(args.folder.as_deref()))?;
    match context.format {
        Format::Json => context.out.json(&json!({ "workspace": workspace.root() }))?,
        Format::Human => {
            tell(format_args!("made a workspace in {}", workspace.root().display()));
            tell("next: `lambdeck new hello`, or `lambdeck` for the IDE");
        }
    }
    Ok(ExitCode::SUCCESS)
}
