//! The table `[mail]`.

use super::{Reader, entries};
use crate::domain::{MailSecurity, MailSettings};
use toml_edit::{Item, Key};

const KEYS: &str = "host, port, secure, user, password_secret, from";

/// Reads the table; without a host there is no server.
pub(super) fn mail(reader: &mut Reader, key: &Key, item: &Item) -> Option<MailSettings> {
    let table = reader.table(key, item)?;
    let (mut host, mut port, mut security) = (None, None, None);
    let (mut user, mut password_secret, mut from) = (None, None, None);
    let mut first = None;
    for (key, item) in entries(table) {
        first = first.or(Some((key, item)));
        match key.get() {
            "host" => host = reader.string(key, item),
            "port" => {
                port = item.as_integer().and_then(|it| u16::try_from(it).ok()).filter(|it| *it > 0);
                if port.is_none() {
                    reader.wrong(key, item, "`port` must be a number from 1 to 65535");
                }
            }
            "secure" => {
                let named = |text| MailSecurity::NAMES.iter().find(|(name, _)| *name == text);
                security = item.as_str().and_then(named).map(|(_, it)| *it);
                if security.is_none() {
                    reader.wrong(key, item, "`secure` must be \"tls\", \"starttls\" or \"none\"");
                }
            }
            "user" => user = reader.string(key, item),
            "password_secret" => password_secret = reader.string(key, item),
            "from" => from = reader.string(key, item),
            _ => reader.unknown(key, KEYS),
        }
    }
    let Some(host) = host else {
        if let Some((key, item)) = first {
            reader.wrong(key, item, "[mail] names no `host`, so that no mail can be sent");
        }
        return None;
    };
    let port = port.unwrap_or(if security == Some(MailSecurity::Tls) { 465 } else { 587 });
    let security = security.unwrap_or(MailSecurity::usual_at(port));
    Some(MailSettings { host, port, security, user, password_secret, from })
}
