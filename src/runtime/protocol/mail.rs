//! Mail as the worker asks for it to be sent.

use crate::domain::MailSecurity;
use crate::runtime::bounded;
use serde::{Deserialize, Serialize};

/// The most recipients of one mail.
pub const RECIPIENTS: usize = 100;

/// The most files attached to one mail.
pub const ATTACHMENTS: usize = 50;

/// The most that a mail's texts and files weigh together, in bytes.
pub const MAIL_BYTES: usize = 10 * 1024 * 1024;

/// What is asked of a mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailCall {
    /// Which server.
    pub server: MailServer,
    /// What is to be sent; without it the server is only tried out.
    pub mail: Option<Mail>,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailServer {
    /// The one that the workspace names.
    Workspace,
    /// One that the lambda names.
    Named(SmtpServer),
}

/// A mail server that the lambda names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub security: MailSecurity,
    /// User and password.
    pub credentials: Option<(String, String)>,
}

/// A mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Who sends it; the workspace's sender without.
    pub from: Option<String>,
    /// Who gets it.
    #[serde(deserialize_with = "bounded::list::<_, _, RECIPIENTS>")]
    pub to: Vec<String>,
    /// Who gets a copy.
    #[serde(deserialize_with = "bounded::list::<_, _, RECIPIENTS>")]
    pub cc: Vec<String>,
    /// Who gets a copy that the others do not see.
    #[serde(deserialize_with = "bounded::list::<_, _, RECIPIENTS>")]
    pub bcc: Vec<String>,
    /// Who gets the answers.
    #[serde(deserialize_with = "bounded::list::<_, _, RECIPIENTS>")]
    pub reply_to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Option<String>,
    /// The same as HTML.
    pub html: Option<String>,
    /// Files.
    #[serde(deserialize_with = "bounded::list::<_, _, ATTACHMENTS>")]
    pub attachments: Vec<Attachment>,
}

/// A file attached to a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// Its content.
    #[serde(with = "serde_bytes")]
    pub content: Vec<u8>,
}

/// What became of a mail, or of a try of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReply {
    /// The mail's id; empty for a try.
    pub message_id: String,
    /// The addresses that it was handed over for.
    pub recipients: Vec<String>,
    /// What the server said last.
    pub response: String,
    /// Nothing was sent.
    pub is_dry: bool,
}
