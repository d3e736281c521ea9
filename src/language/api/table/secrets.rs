//! The workspace's secrets.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions that read and change secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum SecretsFunction {
    Read,
    Update,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Secrets(SecretsFunction::Read),
        module: Some("secrets"),
        name: "read",
        parameters: &[required("name", "string")],
        returns: "any",
        doc: "The secret `name`, of the type it was set with. From then on it is masked in the run's logs, result, errors and calls, and so are the texts and numbers in it, where they have four characters or more.",
        example: r#"let token = secrets::read("api_token");"#,
        errors: "Fails with a `code` when there is no such secret (`com.liveperson.faas.secret.not-found`), when the name is none (`invalid-format`), or when the secrets cannot be decrypted (`auth-failed`) or read (`forbidden`, `op-failed`).",
    },
    ApiFunction {
        function: HostFunction::Secrets(SecretsFunction::Update),
        module: Some("secrets"),
        name: "update",
        parameters: &[required("name", "string"), required("value", "any")],
        returns: "()",
        doc: "Gives a secret that exists another value of its type, of at most 16,384 characters. `lambdeck secret set` and the Settings screen make new ones.",
        example: r#"secrets::update("api_token", "new-token-7f3a");"#,
        errors: "Fails as `secrets::read` does, with `invalid-format` for a value of another type or one that is too long, and with `forbidden` for a name that starts with `LIVEPERSON_DEFAULT_`.",
    },
];
