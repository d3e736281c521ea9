//! What a new lambda's template needs and is not set up yet.

use super::output::tell;
use crate::domain::{Needs, SecretName};
use crate::workspace::{IdentitySource, NewLambda, Workspace};
use std::collections::BTreeSet;

/// The part of the template's needs that is open in `workspace`.
pub(super) fn open(workspace: &Workspace, new: &NewLambda<'_>) -> anyhow::Result<Needs> {
    let mut open = new.template.needs.clone();
    if open.is_empty() {
        return Ok(open);
    }
    let loaded = workspace.load();
    let allowed: BTreeSet<_> = loaded.config.reach.hosts.iter().map(ToString::to_string).collect();
    open.domains.retain(|name, _| !allowed.contains(name));
    if !open.secrets.is_empty() {
        let secrets = workspace.secrets(IdentitySource::of_this_process())?.list()?;
        let is_set =
            |name: &str| secrets.iter().any(|(known, _): &(SecretName, _)| known.as_str() == name);
        open.secrets.retain(|name, _| !is_set(name));
    }
    if let Some(lambda) = loaded.lambda(new.name) {
        let env = loaded.config.env_for(lambda);
        open.environment.retain(|name, _| !env.contains_key(name));
    }
    Ok(open)
}

/// Tells what is open, and the command or the file that sets it up.
pub(super) fn tell_open(open: &Needs) {
    for (name, why) in &open.domains {
        tell(format_args!(
            "needs the domain `{name}`: {why}; add it to `allowed_domains` in lambdeck.toml"
        ));
    }
    for (name, why) in &open.secrets {
        tell(format_args!("needs the secret `{name}`: {why}; `lambdeck secret set {name}`"));
    }
    for (name, why) in &open.environment {
        tell(format_args!(
            "needs the variable `{name}`: {why}; set it under [env] in its lambda.toml, or in lambdeck.toml for all"
        ));
    }
}
