//! Tables as text.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of tables as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum CsvFunction {
    Parse,
    Write,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Csv(CsvFunction::Parse),
        module: Some("csv"),
        name: "parse",
        parameters: &[required("text", "string"), optional("options", "map")],
        returns: "array",
        doc: "The rows as maps by the names in the first line, all values strings; with `header: false` as arrays. Options: `header`, `delimiter`.",
        example: r#"csv::parse("name;age\nAnn;30", #{ delimiter: ";" })[0].name"#,
        errors: "Fails when a row has more or fewer cells than the header, a name comes twice, or an option is not known.",
    },
    ApiFunction {
        function: HostFunction::Csv(CsvFunction::Write),
        module: Some("csv"),
        name: "write",
        parameters: &[required("rows", "array"), optional("options", "map")],
        returns: "string",
        doc: "Maps or arrays as a table, cells quoted where they must be, `()` empty. Options: `columns` (which, in which order; all by name without), `header` (of maps; true without), `delimiter`.",
        example: r#"csv::write([#{ name: "Ann", age: 30 }], #{ columns: ["name", "age"] })"#,
        errors: "Fails when a row is neither map nor array, a cell is no string, number or bool, or an option is not known.",
    },
];
