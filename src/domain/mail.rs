//! How mail leaves the workspace.

use serde::{Deserialize, Serialize};

/// How the way to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailSecurity {
    /// TLS from the first byte, usual at port 465.
    Tls,
    /// TLS after a word in the clear, usual at port 587; without it nothing is sent.
    StartTls,
    /// None at all, for a server on the same machine. No password is sent over it.
    None,
}

impl MailSecurity {
    /// Its name, as files and scripts write it.
    pub const NAMES: &[(&'static str, Self)] =
        &[("tls", Self::Tls), ("starttls", Self::StartTls), ("none", Self::None)];

    /// What is usual at `port`.
    pub const fn usual_at(port: u16) -> Self {
        if port == 465 { Self::Tls } else { Self::StartTls }
    }
}

/// The table `[mail]`: the server that `mail::send` uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub security: MailSecurity,
    /// Who sends, to the server.
    pub user: Option<String>,
    /// The secret that holds the password.
    pub password_secret: Option<String>,
    /// Who sends, to the one who gets the mail, when the lambda does not say.
    pub from: Option<String>,
}
