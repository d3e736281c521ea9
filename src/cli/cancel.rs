//! `lambdeck cancel`

use super::args_platform::CancelRuns;
use super::context::{Context, Format};
use super::output::tell;
use super::stage::doer;
use crate::platform::ongoing;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &CancelRuns) -> anyhow::Result<ExitCode> {
    let state = context.workspace()?.state_folder()?;
    let by = doer().by;
    for run in &args.runs {
        let cancelled = ongoing::cancel(&state, run, &by)?;
        match context.format {
            Format::Json => context.out.line(serde_json::json!({ "cancelled": cancelled }))?,
            Format::Human => {
                tell(format_args!("cancelled: the run {} of `{}`", cancelled.id, cancelled.lambda));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
