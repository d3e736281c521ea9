//! Settings changed on the disk, and secrets read for the screen.

use crate::app::Message;
use crate::app::setting::Change;
use crate::app::words::capital;
use crate::domain::SecretName;
use crate::workspace::{IdentitySource, Owner, Secrets, SecretsError, Workspace};

/// Carries out `change`; says what was done.
pub(super) fn change(
    workspace: &Workspace,
    identity: &IdentitySource,
    change: Change,
) -> Result<String, SecretsError> {
    Ok(match change {
        Change::Allow { domain, instead_of } => {
            workspace.allow_domain(&domain)?;
            if let Some(old) = instead_of.filter(|old| *old != domain) {
                workspace.forbid_domain(&old)?;
            }
            format!("Lambdas may call {domain}")
        }
        Change::Forbid(domain) => {
            workspace.forbid_domain(&domain)?;
            format!("Lambdas may no longer call {domain}")
        }
        Change::AllowNetwork { network, instead_of } => {
            workspace.allow_network(&network)?;
            if let Some(old) = instead_of.filter(|old| *old != network) {
                workspace.forbid_network(&old)?;
            }
            format!("Lambdas may reach {network}")
        }
        Change::ForbidNetwork(network) => {
            workspace.forbid_network(&network)?;
            format!("Lambdas may no longer reach {network}")
        }
        Change::SetSecret(name, secret) => {
            secrets(workspace, identity)?.set([(name.clone(), secret)])?;
            format!("The secret {name} is set")
        }
        Change::RenameSecret(name, to) => {
            secrets(workspace, identity)?.rename(&name, to.clone())?;
            format!("The secret {name} is called {to} now")
        }
        Change::RemoveSecret(name) => {
            secrets(workspace, identity)?.remove(&name)?;
            format!("The secret {name} is gone")
        }
        Change::SetVariable { owner, name, value, instead_of } => {
            workspace.set_env(&owner, &name, Some(&value))?;
            if let Some(old) = instead_of.filter(|old| *old != name) {
                workspace.set_env(&owner, &old, None)?;
            }
            format!("{name} is set for {}", whose(&owner))
        }
        Change::RemoveVariable(owner, name) => {
            workspace.set_env(&owner, &name, None)?;
            format!("{name} is gone from {}", whose(&owner))
        }
        Change::SetLimit(owner, name, value) => {
            workspace.set_limit(&owner, name, value)?;
            value.map_or_else(
                || format!("{name} is what it is by default"),
                |value| format!("{name} is {value} now"),
            )
        }
    })
}

fn whose(owner: &Owner) -> String {
    match owner {
        Owner::Workspace => "all lambdas".to_owned(),
        Owner::Lambda(name) => name.to_string(),
    }
}

/// The names of the secrets, as the screen shows them.
pub(super) fn listed(workspace: &Workspace, identity: &IdentitySource) -> Message {
    let names = secrets(workspace, identity).and_then(|it| it.list());
    Message::SecretsListed(names.map_err(|error| capital(&error.to_string())))
}

/// A secret that a person wants to see.
pub(super) fn revealed(
    workspace: &Workspace,
    identity: &IdentitySource,
    name: SecretName,
) -> Message {
    match secrets(workspace, identity).and_then(|it| it.get(&name)) {
        Ok(secret) => Message::SecretRevealed(name, secret),
        Err(error) => Message::Failed(capital(&error.to_string())),
    }
}

fn secrets(workspace: &Workspace, identity: &IdentitySource) -> Result<Secrets, SecretsError> {
    Ok(workspace.secrets(identity.clone())?)
}
