//! The table `[serve]`.

use super::{Reader, entries, file};
use crate::domain::{ServeSettings, ServerCertificate};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml_edit::{Item, Key};
use url::Url;

const KEYS: &str = "listen, in_ide, certificate, key, require_token, public_host, otlp_endpoint, max_body_bytes, \
     max_connections, header_timeout_ms, request_timeout_ms, grace_ms";

/// Reads the table; whatever is wrong keeps its default.
pub(super) fn serve(
    reader: &mut Reader,
    (key, item): (&Key, &Item),
    folder: &Path,
) -> ServeSettings {
    let mut settings = ServeSettings::default();
    let Some(table) = reader.table(key, item) else { return settings };
    let (mut certificate, mut private_key) = (None, None);
    for (key, item) in entries(table) {
        match key.get() {
            "listen" => listen(reader, (key, item), &mut settings),
            "certificate" => certificate = pem(reader, (key, item), folder),
            "key" => private_key = pem(reader, (key, item), folder),
            "in_ide" => settings.in_ide = reader.flag(key, item),
            "require_token" => settings.require_token = reader.flag(key, item),
            "public_host" => settings.public_host = reader.string(key, item),
            "otlp_endpoint" => settings.otlp_endpoint = collector(reader, (key, item)),
            "max_body_bytes" => number(reader, (key, item), &mut settings.max_body_bytes),
            "max_connections" => number(reader, (key, item), &mut settings.max_connections),
            "header_timeout_ms" => time(reader, (key, item), &mut settings.header_timeout),
            "request_timeout_ms" => time(reader, (key, item), &mut settings.request_timeout),
            "grace_ms" => time(reader, (key, item), &mut settings.grace),
            _ => reader.unknown(key, KEYS),
        }
    }
    let names = |name| table.contains_key(name);
    if names("certificate") != names("key") {
        reader.wrong(key, item, "[serve] needs `certificate` and `key` together");
    }
    if let (Some(certificate), Some(key)) = (certificate, private_key) {
        settings.tls = Some(ServerCertificate { certificate, key });
    }
    settings
}

fn listen(reader: &mut Reader, (key, item): (&Key, &Item), settings: &mut ServeSettings) {
    let Some(text) = reader.string(key, item) else { return };
    match text.parse() {
        Ok(address) => settings.listen = address,
        Err(error) => reader.wrong(key, item, format!("`listen` is `{text}`: {error}")),
    }
}

fn collector(reader: &mut Reader, (key, item): (&Key, &Item)) -> Option<String> {
    let text = reader.string(key, item)?;
    let url = Url::parse(&text).ok();
    if url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
        return Some(text);
    }
    let message = "`otlp_endpoint` must be the address of a collector, as \"http://127.0.0.1:4318\", for OTLP over HTTP";
    reader.wrong(key, item, message);
    None
}

fn pem(reader: &mut Reader, (key, item): (&Key, &Item), folder: &Path) -> Option<PathBuf> {
    let text = reader.string(key, item)?;
    match file(folder, &text) {
        Ok(path) => Some(path),
        Err(message) => {
            reader.wrong(key, item, message);
            None
        }
    }
}

fn number(reader: &mut Reader, (key, item): (&Key, &Item), place: &mut usize) {
    // More than this is a mistake of writing, and would not fit what counts it.
    const MOST: i64 = 1 << 30;
    if let Some(number) = item.as_integer().filter(|it| (1..=MOST).contains(it)) {
        *place = number as usize;
    } else {
        let message = format!("`{}` must be a whole number from 1 to {MOST}", key.get());
        reader.wrong(key, item, message);
    }
}

fn time(reader: &mut Reader, entry: (&Key, &Item), place: &mut Duration) {
    let mut milliseconds = place.as_millis() as usize;
    number(reader, entry, &mut milliseconds);
    *place = Duration::from_millis(milliseconds as u64);
}
