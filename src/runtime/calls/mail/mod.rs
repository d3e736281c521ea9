//! Mail, over SMTP.
//!
//! ```text
//! server: of the workspace or of the lambda ─> allow-list (name, port) ─> letter ─> live or dry?
//!   ─> budget ─> networks (address) ─> connection to that very address ─> TLS by name ─> login ─> handed over
//! ```
//!
//! A dry run goes as far as it can without a connection. Trying a server out sends nothing and is always done.

mod connection;
mod message;

use super::http::Unreachable;
use super::{Answered, Desk, Told};
use crate::domain::{CallPart, CallStatus, MailSecurity, Sending, Target};
use crate::runtime::protocol::mail::{Mail, MailCall, MailReply, MailServer, SmtpServer};
use crate::runtime::protocol::{CallError, HostReply};
use connection::Route;
use message::Letter;
use std::time::{Duration, Instant};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a mail was not sent.
enum Failed {
    /// It may not be sent; with the entry of the allow-list that would allow it.
    Refused(String, Option<String>),
    /// Another reason, with its code.
    Because(&'static str, String),
}

/// The host function that makes `call`, and where it goes.
pub(super) fn described(call: &MailCall) -> (&'static str, String) {
    let server = match &call.server {
        MailServer::Workspace => None,
        MailServer::Named(server) => Some(format!("{}:{}", server.host, server.port)),
    };
    let to = call.mail.as_ref().map(|mail| {
        let all: Vec<&str> =
            mail.to.iter().chain(&mail.cc).chain(&mail.bcc).map(String::as_str).collect();
        all.join(", ")
    });
    match (server, to) {
        (None, to) => ("mail::send", to.unwrap_or_default()),
        (Some(server), None) => ("smtp::verify", server),
        (Some(server), Some(to)) => ("smtp::send", format!("{to} by {server}")),
    }
}

/// Does what `call` asks for.
pub(super) async fn send(desk: &Desk<'_>, call: MailCall) -> Answered {
    let mut told = Told::unanswered(CallStatus::Done);
    let sent = tokio::time::timeout(PATIENCE, deliver(desk, call, &mut told)).await;
    let sent = sent.unwrap_or_else(|_| {
        let message = format!("the mail server was not done within {} s", PATIENCE.as_secs());
        Err(Failed::Because("mail.timeout", message))
    });
    let answer = match sent {
        Ok(reply) => {
            told.status = if reply.is_dry { CallStatus::Dry } else { CallStatus::Done };
            Ok(HostReply::Mail(Box::new(reply)))
        }
        Err(Failed::Refused(message, allow)) => {
            told.status = CallStatus::Refused { message: message.clone(), allow };
            Err(CallError::new("mail.not_allowed", message))
        }
        Err(Failed::Because(code, message)) => {
            told.status = CallStatus::Failed(message.clone());
            Err(CallError::new(code, message))
        }
    };
    Answered { answer, told }
}

async fn deliver(desk: &Desk<'_>, call: MailCall, told: &mut Told) -> Result<MailReply, Failed> {
    let Settled { server, sender } = settle(desk, call.server).await?;
    if let Some((_, password)) = &server.credentials {
        desk.masks.add(password);
    }
    let target = Target::new(&server.host, server.port).ok_or_else(|| {
        Failed::Because("mail.bad_request", format!("`{}` is no name of a host", server.host))
    })?;
    let place = format!("{}:{}", target.host(), target.port());
    let letter = call.mail.map(|mail| letter(mail, sender.as_deref())).transpose()?;
    if let Some(letter) = &letter {
        let title = format!("mail by {place}");
        told.request = Some(CallPart { title, ..letter.part.clone() });
    }
    desk.request
        .reach
        .check_host(&target)
        .map_err(|why| Failed::Refused(why, Some(target.entry())))?;
    if let Some(letter) = &letter
        && desk.request.sending.mail == Sending::Dry
    {
        return Ok(reply(letter, "not sent: this run is a dry one".to_owned(), true));
    }
    let most = desk.request.limits.requests_per_second;
    desk.outside.budgets.take(&desk.request.lambda, most, Instant::now()).map_err(|wait| {
        let message = format!(
            "more than {most} requests in a second; the next may be sent in {} ms",
            wait.as_millis() + 1
        );
        Failed::Because("mail.too_many", message)
    })?;
    let route = Route { target: &target, reach: &desk.request.reach, server: &server };
    let addresses = desk.outside.clients.addresses(&target, &desk.request.reach).await;
    let addresses = addresses.map_err(|why| match why {
        Unreachable::Forbidden(why) => Failed::Refused(why, None),
        Unreachable::Unknown(why) => Failed::Because("mail.connect", why),
    })?;
    let response = route.hand_over(&addresses, letter.as_ref()).await?;
    told.response = Some(CallPart { title: response.clone(), ..CallPart::default() });
    Ok(match &letter {
        Some(letter) => reply(letter, response, false),
        None => MailReply { response, ..MailReply::default() },
    })
}

fn letter(mail: Mail, sender: Option<&str>) -> Result<Letter, Failed> {
    message::letter(mail, sender).map_err(|why| Failed::Because("mail.bad_request", why))
}

fn reply(letter: &Letter, response: String, is_dry: bool) -> MailReply {
    MailReply {
        message_id: letter.id.clone(),
        recipients: letter.envelope.to().iter().map(ToString::to_string).collect(),
        response,
        is_dry,
    }
}

/// A server with all that is needed to use it.
struct Settled {
    server: SmtpServer,
    sender: Option<String>,
}

/// The server to use, its password read from the secrets where it lies there.
async fn settle(desk: &Desk<'_>, server: MailServer) -> Result<Settled, Failed> {
    if let MailServer::Named(server) = server {
        check_protection(&server)?;
        return Ok(Settled { server, sender: None });
    }
    let Some(settings) = desk.request.reach.mail.clone() else {
        let message = "no mail server is set up; name one in [mail] of lambdeck.toml: `host`, `user`, `password_secret`, `from`";
        return Err(Failed::Because("mail.not_configured", message.to_owned()));
    };
    let credentials = match (settings.user, settings.password_secret) {
        (Some(user), Some(secret)) => Some((user, password(desk, secret).await?)),
        _ => None,
    };
    let server = SmtpServer {
        host: settings.host,
        port: settings.port,
        security: settings.security,
        credentials,
    };
    check_protection(&server)?;
    Ok(Settled { server, sender: settings.from })
}

async fn password(desk: &Desk<'_>, secret: String) -> Result<String, Failed> {
    let failed = |why: String| {
        let message =
            format!("the password is the secret `{secret}` of [mail] in lambdeck.toml: {why}");
        Failed::Because("mail.not_configured", message)
    };
    let Some(store) = desk.request.secrets.clone() else {
        return Err(failed("a single file has no secrets".to_owned()));
    };
    let name = secret.clone();
    let read = tokio::task::spawn_blocking(move || store.read(&name)).await;
    let read = read.map_err(|error| failed(error.to_string()))?;
    let read = read.map_err(|failure| failed(failure.message))?;
    desk.masks.add_secret(&read);
    Ok(read.reveal().to_owned())
}

fn check_protection(server: &SmtpServer) -> Result<(), Failed> {
    if server.security == MailSecurity::None && server.credentials.is_some() {
        let message = "a password is not sent without TLS; set `secure` to \"tls\" or \"starttls\"";
        return Err(Failed::Because("mail.bad_request", message.to_owned()));
    }
    Ok(())
}
