//! `lambdeck cancel`

use super::args_platform::CancelRuns;
use super::context::{Context, Format};
use super::output::tell;
use super::shapes;
use super::stage::doer;
use crate::platform::ongoing;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &CancelRuns) -> anyhow::Result<ExitCode> {
    let state = context.workspace()?.state_folder()?;
    let by = doer().by;
    let mut cancelled = Vec::new();
    let mut refusal = None;
    for run in &args.runs {
        match ongoing::cancel(&state, run, &by) {
            Ok(run) => cancelled.push(run),
            Err(error) => {
                refusal = Some(error);
                break;
            }
        }
    }
    match context.format {
        Format::Json => {
            let all: Vec<_> = cancelled.iter().map(|it| shapes::going_on(it)).collect();
            context.out.json(&serde_json::json!({ "cancelled": all }))?;
            context.out.flush()?;
        }
        Format::Human => {
            for run in cancelled {
                tell(format_args!("cancelled: the run {} of `{}`", run.id, run.lambda));
            }
        }
    }
    refusal.map_or(Ok(ExitCode::SUCCESS), |error| Err(error.into()))
}
