//! A request for one line of text.

use super::{Dialog, pick};
use crate::app::action::{DialogAction, FieldAction};
use crate::app::assist;
use crate::app::deployed::job::PlatformJob;
use crate::app::field::Field;
use crate::app::job::{DiskJob, Job};
use crate::app::layout;
use crate::app::screens::{activity, find, payload};
use crate::app::setting::Change;
use crate::app::state::{AppState, Project};
use crate::domain::{
    AllowedHost, AllowedNetwork, LambdaName, LimitOverrides, Place, RunId, Secret, SecretKind,
    SecretName, check_env, check_env_name,
};
use crate::editor::Position;
use crate::workspace::Owner;

/// What the text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A lambda's new name.
    Rename(LambdaName),
    /// The name of a lambda's copy.
    Duplicate(LambdaName),
    /// The name of the payload that is shown.
    SavePayload,
    /// The name under which what the open run was given is saved.
    SavePayloadOfRun,
    /// A line to go to.
    GoToLine,
    /// A part of a setting.
    Setting(Ask),
    /// Another name for what stands at this place of the source in sight.
    RenameSymbol(Place),
}

/// What of a setting is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A host that lambdas may call.
    Domain {
        /// The entry it takes the place of.
        instead_of: Option<String>,
    },
    /// A network that lambdas may reach although it is not public.
    Network {
        /// The entry it takes the place of.
        instead_of: Option<String>,
    },
    /// The name of a secret: a new one, or another for `old`.
    SecretName {
        /// The secret.
        old: Option<SecretName>,
    },
    /// The value of a secret.
    SecretValue {
        /// The secret.
        name: SecretName,
        /// What it is.
        kind: SecretKind,
    },
    /// The name of a variable: a new one, or another for `old`.
    VariableName {
        /// Whose.
        owner: Owner,
        /// The variable with its value.
        old: Option<(String, String)>,
    },
    /// The value of a variable.
    VariableValue {
        /// Whose.
        owner: Owner,
        /// Its name.
        name: String,
    },
    /// A limit.
    Limit {
        /// Whose.
        owner: Owner,
        /// Its name in the file.
        name: &'static str,
    },
}

impl Ask {
    fn title(&self) -> String {
        match self {
            Self::Domain { instead_of: None } => "Allow a domain".to_owned(),
            Self::Domain { instead_of: Some(_) } => "Change the domain".to_owned(),
            Self::Network { instead_of: None } => "Allow a network".to_owned(),
            Self::Network { instead_of: Some(_) } => "Change the network".to_owned(),
            Self::SecretName { old: None } => "New secret: name".to_owned(),
            Self::SecretName { old: Some(name) } => format!("Rename the secret {name}"),
            Self::SecretValue { name, kind } => format!("Secret {name}: {}", kind.as_str()),
            Self::VariableName { old: None, .. } => "New variable: name".to_owned(),
            Self::VariableName { old: Some((name, _)), .. } => format!("Rename {name}"),
            Self::VariableValue { name, .. } => name.clone(),
            Self::Limit { name, .. } => format!("{name}: {}", LimitOverrides::meaning(name)),
        }
    }

    const fn note(&self) -> &'static str {
        match self {
            Self::Domain { .. } => "api.example.com, *.example.com or api.example.com:8443.",
            Self::Network { .. } => "10.1.0.0/16, fd00:1::/32 or a single address.",
            Self::SecretName { .. } => "Letters, digits, _ and -; at most 100.",
            Self::SecretValue { .. } => "It is not shown while you type or paste it.",
            Self::VariableName { .. } => "Capital letters, digits and _; no digit at the start.",
            Self::VariableValue { .. } => "At most 1,024 characters.",
            Self::Limit { .. } => "A whole number; nothing for the default.",
        }
    }
}

/// A request for one line of text.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is about, in two or three words.
    pub title: String,
    /// What to write.
    pub note: &'static str,
    /// The text.
    pub field: Field,
    /// Why it cannot be taken.
    pub error: Option<String>,
    /// What it is for.
    pub purpose: Purpose,
}

impl Prompt {
    /// What is typed is not shown.
    pub fn is_hidden(&self) -> bool {
        matches!(self.purpose, Purpose::Setting(Ask::SecretValue { .. }))
    }

    /// Types a character.
    pub fn type_char(&mut self, c: char) {
        self.field.insert(c);
        self.error = None;
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) {
        self.field.paste(text);
        self.error = None;
    }

    /// Edits the text.
    pub fn edit(&mut self, action: FieldAction, clipboard: &str) {
        if self.field.apply(action, clipboard) {
            self.error = None;
        }
    }
}

/// A new name is the old one.
pub const SAME_NAME: &str = "that is its name already";

const NAME_NOTE: &str = "A letter, then letters, digits and _; at most 50 characters.";

impl Dialog {
    fn prompt(title: String, note: &'static str, text: &str, purpose: Purpose) -> Self {
        Self::Prompt(Prompt { title, note, field: Field::proposing(text), error: None, purpose })
    }

    /// Asks for a lambda's new name.
    pub fn rename(lambda: &LambdaName) -> Self {
        Self::prompt(
            format!("Rename {lambda}"),
            NAME_NOTE,
            lambda.as_str(),
            Purpose::Rename(lambda.clone()),
        )
    }

    /// Asks for the name of a lambda's copy.
    pub fn duplicate(lambda: &LambdaName, project: &Project) -> Self {
        let name = free_name(&format!("{lambda}_copy"), project);
        Self::prompt(
            format!("Duplicate {lambda}"),
            NAME_NOTE,
            &name,
            Purpose::Duplicate(lambda.clone()),
        )
    }

    /// Asks for the name of the payload that is shown.
    pub fn save_payload(name: &str) -> Self {
        Self::prompt(
            "Save payload".to_owned(),
            "The payload is kept with the lambda, as a file of this name.",
            name,
            Purpose::SavePayload,
        )
    }

    /// Asks for the name of what a run was given.
    pub fn save_payload_of_run(lambda: &LambdaName, run: RunId) -> Self {
        let run = run.to_string();
        Self::prompt(
            format!("Save payload with {lambda}"),
            "What the run was given is kept with the lambda, as a file of this name.",
            &format!("run_{}", run.rsplit('-').next().unwrap_or_default()),
            Purpose::SavePayloadOfRun,
        )
    }

    /// Asks for a part of a setting; `text` is what it is now.
    pub fn setting(ask: Ask, text: &str) -> Self {
        Self::prompt(ask.title(), ask.note(), text, Purpose::Setting(ask))
    }

    /// Asks for another name of what is called `name` at `place`.
    pub fn rename_symbol(name: &str, place: Place) -> Self {
        let note =
            "A letter or _, then letters, digits and _. What changes is shown before it does.";
        Self::prompt(format!("Rename {name}"), note, name, Purpose::RenameSymbol(place))
    }

    /// Asks for a line to go to.
    pub fn go_to_line() -> Self {
        Self::prompt(
            "Go to line".to_owned(),
            "A line, or a line and a column: 12 or 12:5.",
            "",
            Purpose::GoToLine,
        )
    }
}

/// `wanted`, or with a number behind it, so that no lambda has it; cut to what a name may have.
pub fn free_name(wanted: &str, project: &Project) -> String {
    let taken = |name: &str| {
        project.lambdas.iter().any(|lambda| lambda.name.as_str().eq_ignore_ascii_case(name))
    };
    let cut = |end: usize| &wanted[..wanted.len().min(end)];
    if !taken(cut(50)) {
        return cut(50).to_owned();
    }
    (2..10_000)
        .map(|n| format!("{}_{n}", cut(45)))
        .find(|name| !taken(name))
        .expect("a workspace has fewer lambdas")
}

/// Carries out a command of the dialog.
pub fn apply(state: &mut AppState, mut dialog: Prompt, action: DialogAction, jobs: &mut Vec<Job>) {
    match action {
        DialogAction::Accept => {
            let mut asked = Vec::new();
            match take(state, &dialog, &mut asked) {
                Ok(()) => jobs.extend(asked.into_iter().map(|job| with_prompt(job, &dialog))),
                Err(error) => {
                    dialog.error = Some(error);
                    state.dialogs.push(Dialog::Prompt(dialog));
                }
            }
        }
        DialogAction::Back => {}
        _ => state.dialogs.push(Dialog::Prompt(dialog)),
    }
}

/// What the disk may refuse takes along what was written, so that nobody has to write it again.
fn with_prompt(job: Job, dialog: &Prompt) -> Job {
    match job {
        Job::Disk(
            job @ (DiskJob::Rename { .. }
            | DiskJob::Duplicate { .. }
            | DiskJob::SavePayload { .. }
            | DiskJob::Change(_)),
        ) => Job::Disk(DiskJob::Asked { prompt: Box::new(dialog.clone()), job: Box::new(job) }),
        job => job,
    }
}

fn take(state: &mut AppState, dialog: &Prompt, jobs: &mut Vec<Job>) -> Result<(), String> {
    let text = dialog.field.text().trim();
    match &dialog.purpose {
        Purpose::Rename(lambda) => {
            let to = new_name(text, &state.project, Some(lambda))?;
            if to != *lambda {
                let lambda = lambda.clone();
                jobs.push(if state.deployed.is_known(&lambda) {
                    let prompt = Box::new(dialog.clone());
                    Job::Platform(PlatformJob::Rename { lambda, to, prompt })
                } else {
                    Job::Disk(DiskJob::Rename { lambda, to })
                });
            }
        }
        Purpose::Duplicate(lambda) => {
            let to = new_name(text, &state.project, None)?;
            state.lambdas.to_select = Some(to.clone());
            jobs.push(Job::Disk(DiskJob::Duplicate { lambda: lambda.clone(), to }));
        }
        Purpose::SavePayload => {
            crate::workspace::check_payload_name(text).map_err(|error| error.to_string())?;
            payload::save(state, text.to_owned(), jobs);
        }
        Purpose::SavePayloadOfRun => {
            crate::workspace::check_payload_name(text).map_err(|error| error.to_string())?;
            activity::save_payload(state, text.to_owned(), jobs);
        }
        Purpose::GoToLine => go_to_line(state, text)?,
        Purpose::Setting(ask) => set(state, ask, dialog.field.text(), jobs)?,
        Purpose::RenameSymbol(place) => assist::rename(state, *place, text, jobs)?,
    }
    Ok(())
}

/// A name for a lambda that no other has; the file systems of some machines do not tell cases apart.
pub fn new_name(
    text: &str,
    project: &Project,
    own: Option<&LambdaName>,
) -> Result<LambdaName, String> {
    let name = LambdaName::new(text).map_err(|error| error.to_string())?;
    let clash = project.lambdas.iter().find(|other| {
        Some(&other.name) != own && other.name.as_str().eq_ignore_ascii_case(name.as_str())
    });
    match clash {
        Some(other) => Err(format!("there is a lambda `{}` already", other.name)),
        None => Ok(name),
    }
}

/// Takes a part of a setting: asks for the next, or has it changed. What production would refuse is refused here.
fn set(state: &mut AppState, ask: &Ask, raw: &str, jobs: &mut Vec<Job>) -> Result<(), String> {
    let text = raw.trim();
    let mut change = |change| jobs.push(Job::Disk(DiskJob::Change(Box::new(change))));
    match ask {
        Ask::Domain { instead_of } => {
            AllowedHost::parse(text)?;
            change(Change::Allow { domain: text.to_owned(), instead_of: instead_of.clone() });
        }
        Ask::Network { instead_of } => {
            let network = AllowedNetwork::parse(text)?.to_string();
            change(Change::AllowNetwork { network, instead_of: instead_of.clone() });
        }
        Ask::SecretName { old: Some(old) } => {
            let new = SecretName::new(text)?;
            if new != *old {
                change(Change::RenameSecret(old.clone(), new));
            }
        }
        Ask::SecretName { old: None } => {
            let name = SecretName::new(text)?;
            let known = state.settings.secrets.as_ref().and_then(|it| it.as_ref().ok());
            if known.is_some_and(|known| known.iter().any(|(other, _)| *other == name)) {
                return Err(format!("there is a secret `{name}` already"));
            }
            state.dialogs.push(pick::secret_kind(name));
        }
        Ask::SecretValue { name, kind } => {
            change(Change::SetSecret(name.clone(), Secret::new(*kind, raw)?));
        }
        Ask::VariableName { owner, old: Some((old, value)) } => {
            check_env_name(text)?;
            let (owner, value) = (owner.clone(), value.clone());
            let instead_of = Some(old.clone());
            change(Change::SetVariable { owner, name: text.to_owned(), value, instead_of });
        }
        Ask::VariableName { owner, old: None } => {
            check_env_name(text)?;
            let ask = Ask::VariableValue { owner: owner.clone(), name: text.to_owned() };
            state.dialogs.push(Dialog::setting(ask, ""));
        }
        Ask::VariableValue { owner, name } => {
            check_env(name, raw)?;
            let (owner, name) = (owner.clone(), name.clone());
            change(Change::SetVariable { owner, name, value: raw.to_owned(), instead_of: None });
        }
        Ask::Limit { owner, name } => {
            let value = match text {
                "" => None,
                text => Some(
                    text.parse::<u32>()
                        .ok()
                        .filter(|it| *it > 0)
                        .ok_or_else(|| format!("`{name}` is a whole number above 0"))?,
                ),
            };
            change(Change::SetLimit(owner.clone(), name, value));
        }
    }
    Ok(())
}

fn go_to_line(state: &mut AppState, text: &str) -> Result<(), String> {
    let (line, column) = text.split_once(':').unwrap_or((text, "1"));
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n > 0);
    let (Some(line), Some(column)) = (number(line), number(column)) else {
        return Err("a line is a number from 1 on".to_owned());
    };
    let area = layout::text_area(state, find::searched_pane(state));
    if let Some(pane) = state.text_pane_mut() {
        pane.go_to(Position::new(line - 1, column - 1), area);
    }
    Ok(())
}
