//! The table `[delivery]`.

use super::{Reader, entries};
use crate::domain::DeliverySettings;
use toml_edit::{Item, Key};

const KEYS: &str = "retries, retry_first_ms, retry_most_ms, concurrency, concurrency_per_lambda, queue_deliveries, queue_mib, keep_runs_days, keep_runs_mib, sink";

/// Reads the table; what is absent or wrong keeps its default.
pub(super) fn delivery(reader: &mut Reader, key: &Key, item: &Item) -> DeliverySettings {
    let mut settings = DeliverySettings::default();
    let Some(table) = reader.table(key, item) else { return settings };
    for (key, item) in entries(table) {
        let name = key.get();
        if name == "sink" {
            settings.sink = sink(reader, key, item);
            continue;
        }
        if !KEYS.split(", ").any(|known| known == name) {
            reader.unknown(key, KEYS);
            continue;
        }
        let least = i64::from(name != "retries");
        let Some(number) = item.as_integer().filter(|it| (least..=1 << 40).contains(it)) else {
            reader.wrong(key, item, format!("`{name}` must be a whole number from {least} on"));
            continue;
        };
        let number = number.unsigned_abs();
        let small = u32::try_from(number).unwrap_or(u32::MAX);
        match name {
            "retries" => settings.retry.retries = small,
            "retry_first_ms" => settings.retry.first_ms = number,
            "retry_most_ms" => settings.retry.most_ms = number,
            "concurrency" => settings.concurrency = small.min(1_000) as usize,
            "concurrency_per_lambda" => {
                settings.concurrency_per_lambda = small.min(1_000) as usize;
            }
            "queue_deliveries" => settings.queue_deliveries = number,
            "queue_mib" => settings.queue_bytes = number.saturating_mul(1024 * 1024),
            "keep_runs_days" => settings.keep_runs_days = small,
            _ => settings.keep_runs_mib = number,
        }
    }
    settings
}

fn sink(reader: &mut Reader, key: &Key, item: &Item) -> Option<String> {
    let text = reader.string(key, item)?;
    let is_url = url::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !is_url {
        reader.wrong(key, item, "`sink` must be a URL that begins with https:// or http://");
    }
    is_url.then_some(text)
}
