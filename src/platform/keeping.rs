//! What is kept of a run.

use super::digest::sha256;
use crate::domain::{Cause, KeptRun, LambdaId, Run};
use std::sync::Arc;

/// What ran, where it was something deployed.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfVersion {
    /// The lambda, whatever it is called by now.
    pub lambda: Option<LambdaId>,
    /// Its version.
    pub version: Option<u32>,
}

/// The record of `run`, which was given `input`; without the secrets that stood in it.
pub fn kept_run(mut run: Run, input: Arc<str>, cause: Cause, deployed: OfVersion) -> KeptRun {
    let masked = run.masked_input.take();
    let input_masked = masked.is_some();
    let input = masked.unwrap_or(input);
    KeptRun {
        run,
        cause,
        origin: None,
        version: deployed.version,
        lambda_id: deployed.lambda,
        input_sha256: sha256(&input),
        input,
        input_masked,
    }
}
