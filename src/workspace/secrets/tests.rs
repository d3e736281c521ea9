//! Secrets on the disk.

use super::*;
use crate::domain::secret::SecretFailureKind;
use proptest::prelude::*;
use serde_json::json;
use std::ffi::OsString;
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    secrets: Secrets,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::init(&folder.path().join("bots")).unwrap();
    let own = IdentitySource::Own(folder.path().join("config/lambdeck/identity.txt"));
    let secrets = workspace.secrets(own).unwrap();
    Desk { folder, secrets }
}

fn name(text: &str) -> SecretName {
    SecretName::new(text).unwrap()
}

fn text(value: &str) -> Secret {
    Secret::new(SecretKind::String, value).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_set_is_read_renamed_and_removed() {
    let Desk { folder, secrets } = desk();
    assert_eq!(secrets.list().unwrap(), []);
    assert!(!secrets.identity().exists(), "looking makes no identity");
    let number = Secret::new(SecretKind::Number, "4200").unwrap();
    secrets.set([(name("b"), text("hunter2")), (name("a"), number.clone())]).unwrap();
    assert_eq!(
        secrets.list().unwrap(),
        [(name("a"), SecretKind::Number), (name("b"), SecretKind::String)]
    );
    secrets.set([(name("b"), text("hunter3"))]).unwrap();
    secrets.rename(&name("b"), name("c")).unwrap();
    assert_eq!(secrets.get(&name("c")).unwrap(), text("hunter3"));
    assert!(matches!(secrets.rename(&name("c"), name("a")), Err(SecretsError::Taken { .. })));
    secrets.remove(&name("a")).unwrap();
    let gone = secrets.get(&name("a")).unwrap_err().to_string();
    assert!(gone.contains("there is no secret `a`"), "{gone}");
    assert!(secrets.remove(&name("a")).is_err());

    let identity = folder.path().join("config/lambdeck/identity.txt");
    assert_eq!((mode(secrets.file()), mode(&identity)), (0o600, 0o600));
    assert_eq!(mode(identity.parent().unwrap()), 0o700);
    let bytes = fs::read(secrets.file()).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    assert!(!String::from_utf8_lossy(&bytes).contains("hunter"));
}

#[test]
fn the_identity_can_come_from_a_variable_or_a_file() {
    let Desk { folder, secrets } = desk();
    secrets.set([(name("a"), text("hunter2"))]).unwrap();
    let file = folder.path().join("config/lambdeck/identity.txt");
    let whole = fs::read_to_string(&file).unwrap();
    let key = whole.lines().last().unwrap().to_owned();
    let of = |wanted: &'static str, value: &str| {
        let value = OsString::from(value);
        IdentitySource::from_environment(move |name| (name == wanted).then(|| value.clone()))
    };
    for source in [
        of("LAMBDECK_IDENTITY", &key),
        of("LAMBDECK_IDENTITY", &whole),
        of("LAMBDECK_IDENTITY_FILE", file.to_str().unwrap()),
    ] {
        assert!(!format!("{source:?}").contains(&key));
        let secrets = secrets.workspace.secrets(source).unwrap();
        assert_eq!(secrets.get(&name("a")).unwrap().reveal(), "hunter2");
    }
    let none = IdentitySource::from_environment(|_| None);
    assert!(none.to_string().ends_with("/lambdeck/identity.txt`"));
}

#[test]
fn what_is_wrong_says_what_to_do() {
    let Desk { folder, secrets } = desk();
    secrets.set([(name("a"), text("hunter2"))]).unwrap();
    let says = |part: &str| {
        let error = secrets.get(&name("a")).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains("hunter"), "{error}");
    };
    let set_mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set_mode(secrets.file(), 0o644);
    says("can be read by others; run `chmod 600 ");
    set_mode(secrets.file(), 0o600);

    let identity = folder.path().join("config/lambdeck/identity.txt");
    set_mode(&identity, 0o640);
    says("identity.txt` can be read by others");
    set_mode(&identity, 0o600);
    let good = fs::read(&identity).unwrap();
    fs::write(&identity, "AGE-SECRET-KEY-1NONSENSE").unwrap();
    says("is no age identity");
    fs::remove_file(&identity).unwrap();
    says("identity.txt` is missing");

    let other = IdentitySource::Own(folder.path().join("other/identity.txt"));
    let others = secrets.workspace.secrets(other).unwrap();
    assert!(others.get(&name("a")).is_err());
    others.identity().find_or_create().unwrap();
    let error = others.get(&name("a")).unwrap_err();
    assert!(matches!(error, SecretsError::WrongIdentity { .. }), "{error}");
    let refused = others.set([(name("b"), text("x"))]);
    assert!(refused.is_err(), "what cannot be read is not overwritten");

    fs::write(&identity, good).unwrap();
    set_mode(&identity, 0o600);
    let mut bytes = fs::read(secrets.file()).unwrap();
    let end = bytes.len() - 1;
    bytes[end] ^= 1;
    fs::write(secrets.file(), &bytes).unwrap();
    says("move");
    fs::write(secrets.file(), "no age").unwrap();
    says("is damaged");
}

#[test]
fn a_lambda_changes_what_there_is_and_nothing_else() {
    let Desk { secrets, .. } = desk();
    let reserved = format!("{RESERVED_SECRETS}KEY");
    secrets.set([(name("a"), text("old")), (name(&reserved), text("old"))]).unwrap();
    assert_eq!(secrets.update("a", &json!("new")).unwrap().reveal(), "new");
    assert_eq!(secrets.read("a").unwrap().reveal(), "new");
    for (which, value, kind) in [
        ("b", json!("x"), SecretFailureKind::NotFound),
        ("a", json!(5), SecretFailureKind::InvalidFormat),
        ("a b", json!("x"), SecretFailureKind::InvalidFormat),
        (&reserved, json!("x"), SecretFailureKind::Forbidden),
    ] {
        assert_eq!(secrets.update(which, &value).unwrap_err().kind, kind, "{which}");
    }
    assert_eq!(secrets.read(&reserved).unwrap().reveal(), "old");
}

#[test]
fn changes_side_by_side_are_all_kept() {
    let Desk { secrets, .. } = desk();
    secrets.set([(name("first"), text("x"))]).unwrap();
    std::thread::scope(|scope| {
        for index in 0..8 {
            let secrets = secrets.clone();
            scope.spawn(move || {
                secrets.set([(name(&format!("s{index}")), text("x"))]).unwrap();
            });
        }
    });
    assert_eq!(secrets.list().unwrap().len(), 9);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_damaged_file_is_an_error_and_never_other_secrets(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let Desk { secrets, .. } = desk();
        secrets.set([(name("a"), text("hunter2"))]).unwrap();
        let mut bytes = fs::read(secrets.file()).unwrap();
        let at = at.index(bytes.len());
        let is_same = bytes[at] == byte;
        bytes[at] = byte;
        fs::write(secrets.file(), &bytes).unwrap();
        match secrets.get(&name("a")) {
            Ok(secret) => prop_assert!(is_same && secret.reveal() == "hunter2"),
            Err(error) => prop_assert!(!error.to_string().contains("hunter")),
        }
    }
}
