//! Values of the domain as columns.

use crate::domain::{EventId, LambdaName};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// The id in a column.
pub(super) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(Uuid::from_bytes(bytes))
}

/// The id in a column that may be empty.
pub(super) fn optional_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(Uuid::from_bytes))
}

/// The name in a column.
pub(super) fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<LambdaName> {
    let text: String = row.get(column)?;
    LambdaName::new(text).map_err(|error| unreadable(column, Box::new(error)))
}

/// The event in a column.
pub(super) fn event(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<EventId>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.map(EventId::new))
}

/// What a column holds as JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text =
        row.get_ref(column)?.as_str().map_err(|error| unreadable(column, Box::new(error)))?;
    serde_json::from_str(text).map_err(|error| unreadable(column, Box::new(error)))
}

/// The ids that begin with `beginning`, from the first to the last; none where no id does.
pub(super) fn ids_from(beginning: &str) -> Option<([u8; 16], [u8; 16])> {
    let hex: String = beginning.chars().filter(|c| *c != '-').collect();
    let is_id = (4..=32).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bound = |fill: &str| {
        let full = format!("{hex}{}", fill.repeat(32 - hex.len()));
        u128::from_str_radix(&full, 16).unwrap_or_default().to_be_bytes()
    };
    is_id.then(|| (bound("0"), bound("f")))
}

/// `value` as JSON.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the domain's types have texts as keys")
}

fn unreadable(column: usize, error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error)
}
