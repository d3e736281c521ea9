//! Mail: what the script writes is read here and handed over by the host.

use super::arguments::{Fields, argument, int_of, map, mismatch, one_of, text_of};
use super::ask::ask;
use super::{Arguments, Refusal, Returned, Session};
use crate::domain::MailSecurity;
use crate::language::api::{Field, MailFunction, SmtpFunction, api_type};
use crate::runtime::protocol::mail::{
    Attachment, MAIL_BYTES, Mail, MailCall, MailReply, MailServer, SmtpServer,
};
use crate::runtime::protocol::{HostCall, HostReply};
use data_encoding::BASE64_MIME_PERMISSIVE;
use rhai::{Dynamic, Engine, INT, Map};
use std::rc::Rc;

/// A mail server that a script named.
#[derive(Clone)]
pub(in crate::runtime::worker) struct Client {
    server: Rc<SmtpServer>,
}

/// The type's name in the table of types.
pub(in crate::runtime::worker) const NAME: &str = "smtp client";

/// Lets the script read what the table of types says a client has.
pub(super) fn register_fields(engine: &mut Engine) {
    engine.register_type_with_name::<Client>(NAME);
    for field in api_type(NAME).map_or(&[][..], |it| it.fields) {
        engine.register_get(field.name, |client: &mut Client| client.read(field));
    }
}

impl Client {
    fn read(&self, field: &Field) -> Dynamic {
        match field.name {
            "host" => self.server.host.clone().into(),
            "port" => INT::from(self.server.port).into(),
            _ => Dynamic::UNIT,
        }
    }

    fn of(arguments: &Arguments) -> Result<MailServer, Refusal> {
        let client = argument(arguments, 0).clone().try_cast::<Self>();
        // The engine calls with nothing else: the methods are registered for clients alone.
        let client = client.ok_or_else(|| Refusal::Because("this is no smtp client".to_owned()))?;
        Ok(MailServer::Named(SmtpServer::clone(&client.server)))
    }
}

pub(super) fn call(function: MailFunction, session: &Session, arguments: Arguments) -> Returned {
    match function {
        MailFunction::Send => send(session, MailServer::Workspace, argument(arguments, 0)),
    }
}

pub(super) fn call_smtp(
    function: SmtpFunction,
    session: &Session,
    arguments: Arguments,
) -> Returned {
    match function {
        SmtpFunction::Client => client(arguments),
        SmtpFunction::Verify => {
            let call = MailCall { server: Client::of(&arguments)?, mail: None };
            delivered(session, call)?;
            Ok(true.into())
        }
        SmtpFunction::Send => send(session, Client::of(&arguments)?, argument(arguments, 1)),
    }
}

fn client(arguments: Arguments) -> Returned {
    map(arguments, 0, "server")?;
    let fields = Fields::of(&arguments, 0, "server", &["host", "port", "secure", "auth"])?;
    let host = fields.needed_text("host")?;
    let security = match fields.get("secure") {
        None => None,
        Some(value) => Some(security(value)?),
    };
    let port = match fields.get("port") {
        Some(port) => {
            let port = int_of(port, "server.port")?;
            u16::try_from(port).ok().filter(|it| *it > 0).ok_or_else(|| {
                Refusal::Because(format!("`server.port` {port} is no port; there are 1 to 65535"))
            })?
        }
        None if security == Some(MailSecurity::Tls) => 465,
        None => 587,
    };
    let credentials = match fields.get("auth") {
        None => None,
        Some(auth) => {
            let auth = Fields::read(auth, "server.auth", &["user", "password", "pass"])?;
            let password = match auth.text("pass")? {
                Some(password) => password,
                None => auth.needed_text("password")?,
            };
            Some((auth.needed_text("user")?, password))
        }
    };
    let security = security.unwrap_or(MailSecurity::usual_at(port));
    let server = Rc::new(SmtpServer { host, port, security, credentials });
    Ok(Dynamic::from(Client { server }))
}

/// `true` and `false` are TLS from the start and TLS after a word in the clear, as other mail clients have it.
fn security(value: &Dynamic) -> Result<MailSecurity, Refusal> {
    match value.as_bool() {
        Ok(true) => Ok(MailSecurity::Tls),
        Ok(false) => Ok(MailSecurity::StartTls),
        Err(_) => one_of(&text_of(value, "server.secure")?, "server.secure", MailSecurity::NAMES),
    }
}

fn send(session: &Session, server: MailServer, mail: &Dynamic) -> Returned {
    let reply = delivered(session, MailCall { server, mail: Some(read(mail)?) })?;
    let recipients: Vec<Dynamic> = reply.recipients.into_iter().map(Into::into).collect();
    let mut map = Map::new();
    map.insert("message_id".into(), reply.message_id.into());
    map.insert("recipients".into(), recipients.into());
    map.insert("response".into(), reply.response.into());
    map.insert("dry".into(), reply.is_dry.into());
    Ok(map.into())
}

fn delivered(session: &Session, call: MailCall) -> Result<MailReply, Refusal> {
    match ask(session, HostCall::Mail(Box::new(call)))? {
        HostReply::Mail(reply) => Ok(*reply),
        other => Err(Refusal::Because(format!("the host answered with {other:?}"))),
    }
}

fn read(mail: &Dynamic) -> Result<Mail, Refusal> {
    if !mail.is_map() {
        return Err(mismatch("mail", "a map", mail));
    }
    let known = ["from", "to", "cc", "bcc", "reply_to", "subject", "text", "html", "attachments"];
    let fields = Fields::read(mail, "mail", &known)?;
    Ok(Mail {
        from: fields.text("from")?,
        to: addresses(&fields, "to")?,
        cc: addresses(&fields, "cc")?,
        bcc: addresses(&fields, "bcc")?,
        reply_to: addresses(&fields, "reply_to")?,
        subject: fields.text("subject")?.unwrap_or_default(),
        text: fields.text("text")?,
        html: fields.text("html")?,
        attachments: attachments(&fields)?,
    })
}

/// One address, or an array of them.
fn addresses(fields: &Fields, key: &str) -> Result<Vec<String>, Refusal> {
    let Some(value) = fields.get(key) else { return Ok(Vec::new()) };
    let path = fields.path(key);
    match value.as_array_ref() {
        Ok(list) => list.iter().map(|it| text_of(it, &path)).collect(),
        Err(_) => Ok(vec![text_of(value, &path)?]),
    }
}

fn attachments(fields: &Fields) -> Result<Vec<Attachment>, Refusal> {
    let Some(value) = fields.get("attachments") else { return Ok(Vec::new()) };
    let Ok(list) = value.as_array_ref() else {
        return Err(mismatch("mail.attachments", "an array", value));
    };
    let mut read = Vec::with_capacity(list.len());
    let mut bytes = 0;
    for (index, value) in list.iter().enumerate() {
        let file = attachment(value, &format!("mail.attachments[{index}]"))?;
        bytes += file.content.len();
        if bytes > MAIL_BYTES {
            let reason = format!("the attachments have more than {MAIL_BYTES} bytes together");
            return Err(Refusal::Because(reason));
        }
        read.push(file);
    }
    Ok(read)
}

fn attachment(value: &Dynamic, path: &str) -> Result<Attachment, Refusal> {
    if !value.is_map() {
        return Err(mismatch(path, "a map", value));
    }
    let fields = Fields::read(value, path, &["name", "type", "content", "base64"])?;
    let (content, usual) = match (fields.get("content"), fields.text("base64")?) {
        (Some(value), None) => match value.as_blob_ref() {
            Ok(blob) => (blob.clone(), "application/octet-stream"),
            Err(_) => {
                (text_of(value, &fields.path("content"))?.into_bytes(), "text/plain; charset=utf-8")
            }
        },
        (None, Some(text)) => {
            let content = BASE64_MIME_PERMISSIVE.decode(text.as_bytes()).map_err(|error| {
                Refusal::Because(format!("`{}` is not base64: {error}", fields.path("base64")))
            })?;
            (content, "application/octet-stream")
        }
        _ => {
            return Err(Refusal::Because(format!(
                "`{path}` has either `content`, a string or a blob, or `base64`"
            )));
        }
    };
    Ok(Attachment {
        name: fields.needed_text("name")?,
        kind: fields.text("type")?.unwrap_or_else(|| usual.to_owned()),
        content,
    })
}
