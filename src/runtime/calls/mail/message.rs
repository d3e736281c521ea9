//! A mail as the lambda wrote it, made into one that can be sent, or refused with a reason.

use crate::domain::CallPart;
use crate::runtime::protocol::mail::{ATTACHMENTS, Attachment, MAIL_BYTES, Mail, RECIPIENTS};
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

/// A mail that can be sent.
pub(super) struct Letter {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
    pub(super) id: String,
    /// What the record shows of it.
    pub(super) part: CallPart,
}

/// Makes `mail` one that can be sent, by `sender` where it does not say by whom.
pub(super) fn letter(mail: Mail, sender: Option<&str>) -> Result<Letter, String> {
    check_size(&mail)?;
    let from = match mail.from.as_deref().or(sender) {
        Some(text) => mailbox("from", text)?,
        None => {
            return Err(
                "`from` is missing; say who sends, or set `from` in [mail] of lambdeck.toml"
                    .to_owned(),
            );
        }
    };
    let lists =
        [("to", &mail.to), ("cc", &mail.cc), ("bcc", &mail.bcc), ("reply_to", &mail.reply_to)];
    let mut read = Vec::new();
    for (name, list) in lists {
        read.push(list.iter().map(|text| mailbox(name, text)).collect::<Result<Vec<_>, _>>()?);
    }
    let recipients: Vec<Address> = read[..3].iter().flatten().map(|it| it.email.clone()).collect();
    let id = format!("<{}@{}>", uuid::Uuid::new_v4(), from.email.domain());
    let envelope = Envelope::new(Some(from.email.clone()), recipients)
        .map_err(|_| "nobody gets it: `to`, `cc` and `bcc` are empty".to_owned())?;
    let mut builder =
        Message::builder().from(from.clone()).subject(line("subject", &mail.subject)?);
    for to in &read[0] {
        builder = builder.to(to.clone());
    }
    for cc in &read[1] {
        builder = builder.cc(cc.clone());
    }
    for reply_to in &read[3] {
        builder = builder.reply_to(reply_to.clone());
    }
    let part = part(&mail, &from, &id);
    let message = body(builder.message_id(Some(id.clone())), mail)?;
    Ok(Letter { envelope, bytes: message.formatted(), id, part })
}

fn check_size(mail: &Mail) -> Result<(), String> {
    let texts = [Some(&mail.subject), mail.text.as_ref(), mail.html.as_ref()];
    let texts: usize = texts.into_iter().flatten().map(String::len).sum();
    let files: usize = mail.attachments.iter().map(|it| it.content.len()).sum();
    if texts + files > MAIL_BYTES {
        return Err(format!("it has {} bytes, at most {MAIL_BYTES} are sent", texts + files));
    }
    let recipients = mail.to.len() + mail.cc.len() + mail.bcc.len();
    if recipients > RECIPIENTS {
        return Err(format!("it has {recipients} recipients, at most {RECIPIENTS} get one mail"));
    }
    if mail.attachments.len() > ATTACHMENTS {
        return Err(format!("at most {ATTACHMENTS} files are attached to one mail"));
    }
    Ok(())
}

/// `Ann <ann@example.com>` or the address alone.
fn mailbox(field: &str, text: &str) -> Result<Mailbox, String> {
    line(field, text)?.trim().parse().map_err(|error| {
        format!(
            "`{field}` {text:?} is no mail address ({error}); it is written as ann@example.com or Ann <ann@example.com>"
        )
    })
}

/// A text that stays in its line.
fn line<'a>(field: &str, text: &'a str) -> Result<&'a str, String> {
    if text.contains(|it: char| it.is_control()) {
        return Err(format!("`{field}` holds a line break or another control character"));
    }
    Ok(text)
}

fn body(builder: lettre::message::MessageBuilder, mail: Mail) -> Result<Message, String> {
    let refused = |error: lettre::error::Error| error.to_string();
    let texts = match (mail.text, mail.html) {
        (Some(text), Some(html)) => Texts::Both(MultiPart::alternative_plain_html(text, html)),
        (None, Some(html)) => Texts::One(SinglePart::html(html)),
        (text, None) => Texts::One(SinglePart::plain(text.unwrap_or_default())),
    };
    if mail.attachments.is_empty() {
        return match texts {
            Texts::Both(both) => builder.multipart(both),
            Texts::One(one) => builder.singlepart(one),
        }
        .map_err(refused);
    }
    let mut parts = match texts {
        Texts::Both(both) => MultiPart::mixed().multipart(both),
        Texts::One(one) => MultiPart::mixed().singlepart(one),
    };
    for Attachment { name, kind, content } in mail.attachments {
        let kind = ContentType::parse(&kind).map_err(|_| {
            format!("`{kind}` is no media type, as text/plain or application/pdf are")
        })?;
        line("attachments.name", &name)?;
        parts = parts.singlepart(Part::new(name).body(content, kind));
    }
    builder.multipart(parts).map_err(refused)
}

enum Texts {
    One(SinglePart),
    Both(MultiPart),
}

/// What the record shows: the heads as people know them, the text, and the files by name and size.
fn part(mail: &Mail, from: &Mailbox, id: &str) -> CallPart {
    let mut headers = vec![("From".to_owned(), from.to_string())];
    let lists =
        [("To", &mail.to), ("Cc", &mail.cc), ("Bcc", &mail.bcc), ("Reply-To", &mail.reply_to)];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        headers.push((name.to_owned(), list.join(", ")));
    }
    headers.push(("Subject".to_owned(), mail.subject.clone()));
    headers.push(("Message-ID".to_owned(), id.to_owned()));
    for file in &mail.attachments {
        let told = format!("{} ({}, {} bytes)", file.name, file.kind, file.content.len());
        headers.push(("Attachment".to_owned(), told));
    }
    let texts: Vec<&str> =
        [&mail.text, &mail.html].into_iter().flatten().map(String::as_str).collect();
    let body = texts.join("\n\n");
    CallPart {
        title: String::new(),
        headers,
        body_bytes: body.len() as u64,
        body: (!body.is_empty()).then_some(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            from: Some("Bot <bot@example.com>".into()),
            to: vec!["ann@example.com".into()],
            subject: "Grüße".into(),
            text: Some("hello".into()),
            ..Mail::default()
        }
    }

    fn text(mail: Mail) -> String {
        String::from_utf8(letter(mail, None).unwrap_or_else(|why| panic!("{why}")).bytes).unwrap()
    }

    #[test]
    fn a_blind_copy_is_delivered_and_not_shown() {
        let mail = Mail {
            bcc: vec!["eve@example.com".into()],
            cc: vec!["Bob <bob@example.com>".into()],
            ..mail()
        };
        let letter = letter(mail.clone(), None).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(letter.envelope.to().len(), 3);
        let text = text(mail);
        assert!(!text.contains("eve@") && text.contains("Cc: Bob <bob@example.com>"), "{text}");
        assert!(letter.part.headers.contains(&("Bcc".into(), "eve@example.com".into())));
    }

    #[test]
    fn text_html_and_files_have_the_structure_that_mail_readers_know() {
        let both = Mail { html: Some("<p>hello</p>".into()), ..mail() };
        assert!(text(both.clone()).contains("multipart/alternative"));
        let file = Attachment {
            name: "a ü.txt".into(),
            kind: "text/plain".into(),
            content: b"x".to_vec(),
        };
        let with_file = text(Mail { attachments: vec![file], ..both });
        let mixed = with_file.find("multipart/mixed").unwrap();
        assert!(mixed < with_file.find("multipart/alternative").unwrap());
        assert!(with_file.contains("Content-Disposition: attachment"));
        assert!(!text(mail()).contains("multipart"));
    }

    #[test]
    fn what_would_break_out_of_a_header_is_refused() {
        for (mail, says) in [
            (
                Mail { subject: "a\r\nBcc: eve@example.com".into(), ..mail() },
                "`subject` holds a line break",
            ),
            (
                Mail { to: vec!["ann@example.com\r\nBcc: eve@example.com".into()], ..mail() },
                "`to` holds a line break",
            ),
            (Mail { to: vec!["ann".into()], ..mail() }, "`to` \"ann\" is no mail address"),
            (
                Mail { to: vec!["ann@example.com, eve@example.com".into()], ..mail() },
                "is no mail address",
            ),
            (Mail { to: Vec::new(), ..mail() }, "nobody gets it"),
            (Mail { from: None, ..mail() }, "`from` is missing"),
            (Mail { text: Some("x".repeat(MAIL_BYTES + 1)), ..mail() }, "at most"),
            (
                Mail {
                    attachments: vec![Attachment {
                        name: "a".into(),
                        kind: "x".into(),
                        content: Vec::new(),
                    }],
                    ..mail()
                },
                "`x` is no media type",
            ),
            (
                Mail {
                    attachments: vec![Attachment {
                        name: "a\n".into(),
                        kind: "a/b".into(),
                        content: Vec::new(),
                    }],
                    ..mail()
                },
                "`attachments.name` holds a line break",
            ),
        ] {
            let error = letter(mail, None).err().unwrap();
            assert!(error.contains(says), "{error}");
        }
        assert!(letter(Mail { from: None, ..mail() }, Some("bot@example.com")).is_ok());
    }
}
