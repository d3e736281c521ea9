//! Mail.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions that send mail by the workspace's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum MailFunction {
    Send,
}

/// Functions that send mail by a server that the lambda names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum SmtpFunction {
    Client,
    Verify,
    Send,
}

const ERRORS: &str = "Fails when the server is not in `allowed_domains`, cannot be reached in time, does not take login or mail, or an address is none. The error's `code` says which: `mail.not_allowed`, `mail.connect`, `mail.tls`, `mail.login`, `mail.later` (try again), `mail.refused`, `mail.timeout`, `mail.bad_request`, `mail.not_configured`.";

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Mail(MailFunction::Send),
        module: Some("mail"),
        name: "send",
        parameters: &[required("mail", "map")],
        returns: "map",
        doc: "Sends a mail by the server in `[mail]` of lambdeck.toml: `to`, `cc`, `bcc`, `reply_to` (an address or an array of them), `from`, `subject`, `text`, `html`, `attachments` (`name`, `content` or `base64`, `type`). Gives `message_id`, `recipients`, `response` and `dry`: a run that is not live shows the mail and does not send it.",
        example: r#"mail::send(#{
    to: "Ann <ann@example.com>",
    subject: "Your conversation",
    text: "Thank you for talking to us.",
    attachments: [#{ name: "transcript.txt", content: "hello" }],
}).recipients"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Smtp(SmtpFunction::Client),
        module: Some("smtp"),
        name: "client",
        parameters: &[required("server", "map")],
        returns: "smtp client",
        doc: "A mail server to send by: `host`, `port` (587 without), `secure` (\"tls\" or true, \"starttls\" or false, \"none\"), `auth` (`user`, `password`). Nothing is connected yet.",
        example: r#"smtp::client(#{ host: "smtp.example.com", port: 465, secure: true }).host"#,
        errors: "Fails when the host is missing or a field is not known.",
    },
    ApiFunction {
        function: HostFunction::Smtp(SmtpFunction::Verify),
        module: None,
        name: "verify",
        parameters: &[required("client", "smtp client")],
        returns: "bool",
        doc: "Connects and logs in, without sending anything, and gives `true`.",
        example: r#"smtp::client(#{ host: "smtp.example.com", secure: "none", port: 25 }).verify()"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Smtp(SmtpFunction::Send),
        module: None,
        name: "send",
        parameters: &[required("client", "smtp client"), required("mail", "map")],
        returns: "map",
        doc: "Sends a mail by this server, as `mail::send` does by the workspace's; `from` is needed.",
        example: r#"let server = smtp::client(#{ host: "smtp.example.com", secure: "none", port: 25 });
server.send(#{ from: "bot@example.com", to: ["ann@example.com"], subject: "Hello", html: "<b>Hello</b>" }).dry"#,
        errors: ERRORS,
    },
];
