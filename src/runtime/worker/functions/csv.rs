//! Tables as text (RFC 4180).

use super::arguments::{Fields, argument, mismatch, scalar_of, text, text_of};
use super::{Arguments, Refusal, Returned};
use crate::language::api::CsvFunction;
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use rhai::{Array, Dynamic, Map};
use std::collections::BTreeSet;

pub(super) fn call(function: CsvFunction, arguments: Arguments) -> Returned {
    match function {
        CsvFunction::Parse => parse(arguments),
        CsvFunction::Write => write(arguments),
    }
}

fn delimiter(options: &Fields) -> Result<u8, Refusal> {
    match options.text("delimiter")?.as_deref().map(str::as_bytes) {
        None => Ok(b','),
        Some([one]) if one.is_ascii() && !matches!(one, b'"' | b'\r' | b'\n') => Ok(*one),
        Some(_) => Err(Refusal::Because(
            "`options.delimiter` is one character, as \",\", \";\" or \"\\t\"".to_owned(),
        )),
    }
}

fn parse(arguments: Arguments) -> Returned {
    let text = text(arguments, 0, "text")?;
    let options = Fields::of(&arguments, 1, "options", &["delimiter", "header"])?;
    let has_header = options.bool("header")?.unwrap_or(true);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(&options)?)
        .has_headers(false)
        .flexible(!has_header)
        .from_reader(text.as_bytes());
    let mut header: Option<Vec<rhai::Identifier>> = None;
    let mut rows = Array::new();
    for record in reader.records() {
        let record = record.map_err(|error| Refusal::Because(reason(&error)))?;
        match &header {
            Some(names) => rows.push(named(names, &record)),
            None if has_header => header = Some(names(&record)?),
            None => {
                let cells: Array = record.iter().map(Into::into).collect();
                rows.push(cells.into());
            }
        }
    }
    Ok(rows.into())
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} has {len} cells, the header has {expected_len}")
        }
        _ => error.to_string(),
    }
}

fn names(record: &StringRecord) -> Result<Vec<rhai::Identifier>, Refusal> {
    let mut seen = BTreeSet::new();
    match record.iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(Refusal::Because(format!(
            "the header has {twice:?} twice; read it with `header: false`, as arrays"
        ))),
        None => Ok(record.iter().map(Into::into).collect()),
    }
}

fn named(names: &[rhai::Identifier], record: &StringRecord) -> Dynamic {
    let map: Map = names.iter().cloned().zip(record.iter().map(Into::into)).collect();
    map.into()
}

fn write(arguments: Arguments) -> Returned {
    let rows = argument(arguments, 0);
    let Ok(rows) = rows.as_array_ref() else {
        return Err(mismatch("rows", "an array", rows));
    };
    let options = Fields::of(&arguments, 1, "options", &["delimiter", "header", "columns"])?;
    let columns = columns(&options, &rows)?;
    let mut writer =
        WriterBuilder::new().delimiter(delimiter(&options)?).flexible(true).from_writer(Vec::new());
    let mut put = |cells: Vec<String>| {
        writer.write_record(cells).map_err(|error| Refusal::Because(error.to_string()))
    };
    if options.bool("header")?.unwrap_or(true)
        && let Some(columns) = columns.as_ref().filter(|it| !it.is_empty())
    {
        put(columns.clone())?;
    }
    for (index, row) in rows.iter().enumerate() {
        put(cells(row, index, columns.as_deref().unwrap_or_default())?)?;
    }
    let bytes = writer.into_inner().map_err(|error| Refusal::Because(error.to_string()))?;
    // Made of strings and ASCII alone.
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

/// The columns asked for, or all that the rows' maps have, in alphabetical order; none where there are no maps.
fn columns(options: &Fields, rows: &[Dynamic]) -> Result<Option<Vec<String>>, Refusal> {
    if let Some(list) = options.get("columns") {
        let path = options.path("columns");
        let Ok(list) = list.as_array_ref() else {
            return Err(mismatch(&path, "an array", list));
        };
        return list.iter().map(|it| text_of(it, &path)).collect::<Result<_, _>>().map(Some);
    }
    let mut all = BTreeSet::new();
    for row in rows {
        if let Ok(map) = row.as_map_ref() {
            all.extend(map.keys().map(ToString::to_string));
        }
    }
    Ok((!all.is_empty()).then(|| all.into_iter().collect()))
}

fn cells(row: &Dynamic, index: usize, columns: &[String]) -> Result<Vec<String>, Refusal> {
    let cell = |value: &Dynamic, path: &str| {
        if value.is_unit() { Ok(String::new()) } else { scalar_of(value, path) }
    };
    if let Ok(map) = row.as_map_ref() {
        let named = |name: &String| match map.get(name.as_str()) {
            Some(value) => cell(value, &format!("rows[{index}].{name}")),
            None => Ok(String::new()),
        };
        return columns.iter().map(named).collect();
    }
    let Ok(list) = row.as_array_ref() else {
        return Err(mismatch(&format!("rows[{index}]"), "a map or an array", row));
    };
    list.iter().map(|it| cell(it, &format!("rows[{index}]"))).collect()
}
