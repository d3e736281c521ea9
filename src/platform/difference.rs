//! What differs between two versions of a lambda.

use super::digest::sha256;
use crate::domain::{DeclaredSchedule, EventId, Limits, Version};
use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The source, in hunks of a unified diff.
    pub source: Vec<Line>,
    /// The event, where it differs.
    pub event: Option<Change<Option<EventId>>>,
    /// The skills, where they differ.
    pub skills: Option<Change<Vec<String>>>,
    /// Environment variables that differ, in the order of their names.
    pub env: Vec<Setting>,
    /// Limits that differ.
    pub limits: Vec<Setting>,
    /// Schedules that differ, in the order of their names.
    pub schedules: Vec<Setting>,
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "text")]
pub enum Line {
    /// Says where the lines below stand.
    Place(String),
    /// In both.
    Same(String),
    /// In the old one only.
    Removed(String),
    /// In the new one only.
    Added(String),
}

/// A value that became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    /// What it was.
    pub old: T,
    /// What it is.
    pub new: T,
}

/// A named value that came, went or became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// What it was, if it was there.
    pub old: Option<String>,
    /// What it is, if it is there.
    pub new: Option<String>,
}

impl Difference {
    /// What leads from `old` to `new`.
    pub fn between(old: &Version, new: &Version) -> Self {
        let event = (old.event != new.event)
            .then(|| Change { old: old.event.clone(), new: new.event.clone() });
        let names: BTreeSet<&String> = old.env.keys().chain(new.env.keys()).collect();
        let env = names.into_iter().filter_map(|name| {
            setting(name, old.env.get(name).cloned(), new.env.get(name).cloned())
        });
        Self {
            source: lines(&old.source, &new.source),
            event,
            skills: (old.skills != new.skills)
                .then(|| Change { old: old.skills.clone(), new: new.skills.clone() }),
            env: env.collect(),
            limits: limits(&old.limits, &new.limits),
            schedules: schedules(&old.schedules, &new.schedules),
        }
    }

    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
            && self.event.is_none()
            && self.skills.is_none()
            && self.env.is_empty()
            && self.limits.is_empty()
            && self.schedules.is_empty()
    }
}

fn setting(name: &str, old: Option<String>, new: Option<String>) -> Option<Setting> {
    (old != new).then(|| Setting { name: name.to_owned(), old, new })
}

fn limits(old: &Limits, new: &Limits) -> Vec<Setting> {
    // By their names in the form they are kept in, so that no limit is forgotten here.
    let values = |limits: &Limits| serde_json::to_value(limits).unwrap_or_default();
    let (old, new) = (values(old), values(new));
    let names = new.as_object().into_iter().flat_map(serde_json::Map::keys);
    names
        .filter_map(|name| setting(name, Some(old[name].to_string()), Some(new[name].to_string())))
        .collect()
}

fn schedules(old: &[DeclaredSchedule], new: &[DeclaredSchedule]) -> Vec<Setting> {
    let told = |all: &[DeclaredSchedule]| -> BTreeMap<String, String> {
        all.iter().map(|it| (it.name.clone(), told(it))).collect()
    };
    let (old, new) = (told(old), told(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = names.into_iter();
    changes.filter_map(|it| setting(it, old.get(it).cloned(), new.get(it).cloned())).collect()
}

/// A schedule in a line: its times, and its payload as long as it is short, otherwise what tells it from another.
fn told(schedule: &DeclaredSchedule) -> String {
    const SHOWN: usize = 120;
    let input: Value = serde_json::from_str(&schedule.input).unwrap_or_default();
    let has_headers = input["headers"].as_array().is_some_and(|headers| !headers.is_empty());
    let payload = if has_headers { input.to_string() } else { input["payload"].to_string() };
    let payload = if payload.len() > SHOWN {
        format!("of {} bytes, sha256 {}", payload.len(), &sha256(&schedule.input)[..12])
    } else {
        payload
    };
    format!("{} {}, payload {payload}", schedule.cron, schedule.time_zone)
}

fn lines(old: &str, new: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let diff = TextDiff::from_lines(old, new);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(Line::Place(hunk.header().to_string().trim_end().to_owned()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\n', '\r']).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => Line::Same(line),
                ChangeTag::Delete => Line::Removed(line),
                ChangeTag::Insert => Line::Added(line),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::store::{digested, unnumbered};

    #[test]
    fn everything_that_runs_depend_on_is_compared() {
        let env = |text: &str| [("A".to_owned(), text.to_owned())].into();
        let old = unnumbered("one\ntwo\n".into(), None, env("1"), Limits::default());
        let event = Some(EventId::new("e"));
        let tight = Limits { deadline_ms: 5, ..Limits::default() };
        let schedule = DeclaredSchedule {
            name: "nightly".into(),
            cron: "0 3 * * *".into(),
            time_zone: "UTC".into(),
            input: r#"{"headers":[],"payload":{}}"#.into(),
            places: crate::domain::SchedulePlaces::default(),
        };
        let new = unnumbered("one\nthree\n".into(), event.clone(), env("2"), tight);
        let new = digested(Version { schedules: vec![schedule], skills: vec!["7".into()], ..new });
        let difference = Difference::between(&old, &new);
        assert_eq!(difference.event, Some(Change { old: None, new: event }));
        assert_eq!(difference.env[0].new.as_deref(), Some("2"));
        assert_eq!(difference.schedules[0].name, "nightly");
        let told = difference.schedules[0].new.as_deref().unwrap();
        assert_eq!(told, "0 3 * * * UTC, payload {}");
        let skills = Change { old: Vec::new(), new: vec!["7".to_owned()] };
        assert_eq!(difference.skills, Some(skills));
        assert_eq!(difference.limits.len(), 1);
        assert_eq!(difference.limits[0].name, "deadline_ms");
        assert!(difference.source.contains(&Line::Removed("two".into())));
        assert!(difference.source.contains(&Line::Added("three".into())));
        assert!(Difference::between(&old, &old).is_empty());
        assert_ne!(old.digest, new.digest);
    }
}
