//! Settings changed one at a time, in `lambdeck.toml` and `lambda.toml`, with every comment kept.
//!
//! What a file of the hosted system would refuse is refused here, before anything is written.

use super::config::CONFIG_FILE;
use super::document::line_of;
use super::error::WorkspaceError;
use super::lambda_toml::LAMBDA_FILE;
use super::{Stamp, Workspace, files, stamp};
use crate::domain::{AllowedHost, AllowedNetwork, LambdaName, check_env};
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, RawString, Table, Value};

const DOMAINS: &str = "allowed_domains";
const NETWORKS: &str = "allowed_networks";
const ENV: &str = "env";
const LIMITS: &str = "limits";

/// Whose settings are changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The workspace's.
    Workspace,
    /// A lambda's.
    Lambda(LambdaName),
}

/// What tells one state of the settings that hold for a lambda from another: those of the workspace, and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingsStamp([Option<Stamp>; 2]);

impl Workspace {
    /// What the settings that hold for `lambda` look like now; a single file has none.
    pub fn settings_stamp(&self, lambda: &LambdaName) -> SettingsStamp {
        let root = self.folder("settings").ok();
        let paths =
            root.map(|it| [it.join(CONFIG_FILE), self.lambda_dir(lambda).join(LAMBDA_FILE)]);
        SettingsStamp(paths.map_or([None; 2], |paths| paths.map(|path| stamp(&path))))
    }
}

impl Workspace {
    /// Adds `domain` to the hosts that lambdas may call; says whether it was not there yet.
    pub fn allow_domain(&self, domain: &str) -> Result<bool, WorkspaceError> {
        let domain = domain.trim();
        let path = self.settings_path(&Owner::Workspace)?;
        AllowedHost::parse(domain).map_err(|reason| refused(&path, reason))?;
        self.edit(&Owner::Workspace, |document| Ok(add(list(document, DOMAINS)?, domain)))
    }

    /// Removes `domain` from the hosts that lambdas may call.
    pub fn forbid_domain(&self, domain: &str) -> Result<(), WorkspaceError> {
        self.edit(&Owner::Workspace, |document| {
            list(document, DOMAINS)?.retain(|it| it.as_str() != Some(domain));
            Ok(())
        })
    }

    /// Adds `network` to those that lambdas may reach although they are not public; says whether it was not there yet.
    pub fn allow_network(&self, network: &str) -> Result<bool, WorkspaceError> {
        let path = self.settings_path(&Owner::Workspace)?;
        let network = AllowedNetwork::parse(network.trim()).map_err(|it| refused(&path, it))?;
        self.edit(&Owner::Workspace, |document| {
            let list = list(document, NETWORKS)?;
            let is_known = list.iter().any(|it| names(it, &network));
            Ok(!is_known && add(list, &network.to_string()))
        })
    }

    /// Removes `network` from those that lambdas may reach, however it is written there.
    pub fn forbid_network(&self, network: &str) -> Result<(), WorkspaceError> {
        let path = self.settings_path(&Owner::Workspace)?;
        let network = AllowedNetwork::parse(network).map_err(|reason| refused(&path, reason))?;
        self.edit(&Owner::Workspace, |document| {
            list(document, NETWORKS)?.retain(|it| !names(it, &network));
            Ok(())
        })
    }

    /// Sets an environment variable, or removes it.
    pub fn set_env(
        &self,
        owner: &Owner,
        name: &str,
        value: Option<&str>,
    ) -> Result<(), WorkspaceError> {
        let path = self.settings_path(owner)?;
        if let Some(value) = value {
            check_env(name, value).map_err(|reason| refused(&path, reason))?;
        }
        self.edit(owner, |document| put(document, ENV, name, value.map(Value::from)))
    }

    /// Sets a limit, or removes it so that the one above holds.
    pub fn set_limit(
        &self,
        owner: &Owner,
        name: &str,
        value: Option<u32>,
    ) -> Result<(), WorkspaceError> {
        let path = self.settings_path(owner)?;
        if value == Some(0) {
            return Err(refused(&path, format!("`{name}` must be a whole number above 0")));
        }
        self.edit(owner, |document| {
            put(document, LIMITS, name, value.map(|it| Value::from(i64::from(it))))
        })
    }

    fn settings_path(&self, owner: &Owner) -> Result<PathBuf, WorkspaceError> {
        let root = self.folder("settings")?;
        Ok(match owner {
            Owner::Workspace => root.join(CONFIG_FILE),
            Owner::Lambda(name) => {
                self.require(name)?;
                self.lambda_dir(name).join(LAMBDA_FILE)
            }
        })
    }

    fn edit<T>(
        &self,
        owner: &Owner,
        edit: impl FnOnce(&mut DocumentMut) -> Result<T, String>,
    ) -> Result<T, WorkspaceError> {
        let _lock = self.lock("settings")?;
        let path = self.settings_path(owner)?;
        let text = if path.exists() { files::read_text(&path)? } else { String::new() };
        let mut document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| WorkspaceError::Broken {
                path: path.clone(),
                line: error.span().map_or(1, |span| line_of(&text, span.start)),
                message: error.message().trim().replace('\n', ", "),
            })?;
        let done = edit(&mut document).map_err(|reason| refused(&path, reason))?;
        let new = document.to_string();
        if new != text {
            files::write(&path, new.as_bytes())?;
        }
        Ok(done)
    }
}

fn refused(path: &Path, reason: impl Into<String>) -> WorkspaceError {
    WorkspaceError::Setting { path: path.into(), reason: reason.into() }
}

/// A list above the first table, where a new one goes.
fn list<'a>(document: &'a mut DocumentMut, name: &str) -> Result<&'a mut Array, String> {
    let item = document.entry(name).or_insert_with(|| toml_edit::value(Array::new()));
    item.as_array_mut().ok_or_else(|| format!("`{name}` must be a list; mend it in the file"))
}

/// Adds an entry; says whether it was not there yet.
fn add(list: &mut Array, entry: &str) -> bool {
    if list.iter().any(|it| it.as_str() == Some(entry)) {
        return false;
    }
    let mut new = Value::from(entry);
    // A list over several lines stays one; what stands before the line break is a comment of the entry above.
    if let Some(last) = list.iter().last() {
        let before = last.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
        let prefix = before.rfind('\n').map_or(" ", |at| &before[at..]).to_owned();
        new.decor_mut().set_prefix(prefix);
    }
    list.push_formatted(new);
    true
}

/// An entry of the list means `network`: an address stands for the network of it alone.
fn names(entry: &Value, network: &AllowedNetwork) -> bool {
    let named = entry.as_str().and_then(|text| AllowedNetwork::parse(text).ok());
    named.as_ref() == Some(network)
}

/// Sets or removes a value of a table, and keeps what is written beside it.
fn put(
    document: &mut DocumentMut,
    table: &str,
    name: &str,
    value: Option<Value>,
) -> Result<(), String> {
    let item = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
    let entries = item
        .as_table_like_mut()
        .ok_or_else(|| format!("`{table}` must be a table; mend it in the file"))?;
    let Some(mut value) = value else {
        entries.remove(name);
        return Ok(());
    };
    match entries.get_mut(name) {
        // In its place, the comments above and behind it stay.
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => {
            entries.insert(name, Item::Value(value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use tempfile::TempDir;

    fn workspace() -> (TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::init(folder.path()).unwrap();
        let lambda = folder.path().join("lambdas/one");
        std::fs::create_dir_all(&lambda).unwrap();
        std::fs::write(lambda.join("main.rhai"), "fn lambda(input) { 1 }\n").unwrap();
        std::fs::write(
            lambda.join(LAMBDA_FILE),
            "# Why.\n[env] # its own\n# first\nA = \"1\" # one\n",
        )
        .unwrap();
        (folder, workspace)
    }

    fn one() -> Owner {
        Owner::Lambda(LambdaName::new("one").unwrap())
    }

    #[test]
    fn domains_come_and_go_and_every_comment_stays() {
        let (folder, workspace) = workspace();
        let path = folder.path().join(CONFIG_FILE);
        let before = std::fs::read_to_string(&path).unwrap();
        assert!(workspace.allow_domain(" api.example.com ").unwrap());
        assert!(workspace.allow_domain("*.example.org").unwrap());
        assert!(!workspace.allow_domain("api.example.com").unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("allowed_domains = [\"api.example.com\", \"*.example.org\"]\n"),
            "{text}"
        );
        for comment in before.lines().filter(|line| line.starts_with('#')) {
            assert!(text.contains(comment), "{comment}\n{text}");
        }
        let loaded = workspace.load();
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.config.reach.hosts.len(), 2);
        workspace.forbid_domain("api.example.com").unwrap();
        assert_eq!(workspace.load().config.reach.hosts.len(), 1);
        for bad in ["https://a.example", "a b", "*", "*.com", "a.*.example"] {
            let error = workspace.allow_domain(bad).unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains(CONFIG_FILE), "{error}");
        }
    }

    #[test]
    fn networks_come_and_go_however_they_are_written() {
        let (folder, workspace) = workspace();
        let path = folder.path().join(CONFIG_FILE);
        assert!(workspace.allow_network("127.0.0.1").unwrap());
        assert!(workspace.allow_network("10.0.0.0/8").unwrap());
        assert!(!workspace.allow_network("127.0.0.1/32").unwrap());
        assert_eq!(workspace.load().config.reach.networks.len(), 2);
        std::fs::write(&path, "allowed_networks = [\"127.0.0.1\"] # here\n").unwrap();
        let shown = workspace.load().config.reach.networks[0].to_string();
        workspace.forbid_network(&shown).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "allowed_networks = [] # here\n");
        let error = workspace.allow_network("10.0.0.1/8").unwrap_err().to_string();
        assert!(error.contains("the network is `10.0.0.0/8`"), "{error}");
    }

    #[test]
    fn a_list_over_several_lines_stays_one() {
        let (folder, workspace) = workspace();
        let path = folder.path().join(CONFIG_FILE);
        std::fs::write(
            &path,
            "allowed_domains = [\n    \"a.example\", # ours\n    \"b.example\",\n]\n",
        )
        .unwrap();
        workspace.allow_domain("c.example").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("\"a.example\", # ours\n    \"b.example\",\n    \"c.example\""),
            "{text}"
        );
        assert_eq!(workspace.load().config.reach.hosts.len(), 3);
    }

    #[test]
    fn variables_are_held_to_the_rules_of_production() {
        let (folder, workspace) = workspace();
        workspace.set_env(&one(), "A", Some("2")).unwrap();
        workspace.set_env(&one(), "B_1", Some("x \"y\"")).unwrap();
        let path = folder.path().join("lambdas/one").join(LAMBDA_FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "# Why.\n[env] # its own\n# first\nA = \"2\" # one\nB_1 = 'x \"y\"'\n");
        for bad in ["b", "1A", "HTTPS_PROXY", "VAULT_TOKEN", "X_LIVEPERSON_BRAND_ID"] {
            assert!(workspace.set_env(&one(), bad, Some("x")).is_err(), "{bad}");
        }
        workspace.set_env(&one(), "B_1", None).unwrap();
        assert_eq!(workspace.load().lambdas[0].env.keys().collect::<Vec<_>>(), ["A"]);
    }

    #[test]
    fn a_lambdas_own_variables_stand_over_those_of_the_workspace() {
        let (folder, workspace) = workspace();
        for (name, value) in [("A", "all"), ("REGION", "eu")] {
            workspace.set_env(&Owner::Workspace, name, Some(value)).unwrap();
        }
        let text = std::fs::read_to_string(folder.path().join(CONFIG_FILE)).unwrap();
        let table = "one's own lambda.toml can set others.\n[env]\nA = \"all\"\nREGION = \"eu\"\n";
        assert!(text.contains(table), "{text}");
        let loaded = workspace.load();
        assert_eq!(loaded.problems, []);
        let env = loaded.config.env_for(&loaded.lambdas[0]);
        let pairs: Vec<_> = env.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(pairs, [("A", "1"), ("REGION", "eu")]);
        workspace.set_env(&Owner::Workspace, "REGION", None).unwrap();
        assert_eq!(workspace.load().config.env.len(), 1);
    }

    #[test]
    fn limits_are_set_and_given_back() {
        let (_folder, workspace) = workspace();
        let owner = one();
        workspace.set_limit(&owner, "deadline_ms", Some(500)).unwrap();
        workspace.set_limit(&Owner::Workspace, "memory_mib", Some(64)).unwrap();
        let loaded = workspace.load();
        let limits = loaded.config.limits_for(&loaded.lambdas[0]);
        assert_eq!((limits.deadline_ms, limits.memory_bytes), (500, 64 << 20));
        workspace.set_limit(&owner, "deadline_ms", None).unwrap();
        assert_eq!(workspace.load().lambdas[0].limits.deadline_ms, None);
        assert!(workspace.set_limit(&owner, "deadline_ms", Some(0)).is_err());
    }

    #[test]
    fn a_broken_file_is_left_as_it_is() {
        let (folder, workspace) = workspace();
        let path = folder.path().join(CONFIG_FILE);
        for broken in ["limits = = 1\n", "allowed_domains = \"a.example\"\n"] {
            std::fs::write(&path, broken).unwrap();
            assert!(workspace.allow_domain("b.example").is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), broken);
        }
    }
}
