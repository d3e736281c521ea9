//! The types that host functions return beside those of Rhai: what can be read of them.
//!
//! Their methods are rows of the table like any function; the first parameter of such a row has the type's name for its
//! kind.

/// Something that can be read of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type in words.
    pub kind: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
}

/// A type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiType {
    /// Its name, as the table's `returns` writes it.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// What can be read of it.
    pub fields: &'static [Field],
}

const fn field(name: &'static str, kind: &'static str, doc: &'static str) -> Field {
    Field { name, kind, doc }
}

/// Every type, in the order the documentation shows them.
pub static TYPES: &[ApiType] = &[RESPONSE, SMTP_CLIENT, SALESFORCE_CONNECTION];

const RESPONSE: ApiType = ApiType {
    name: "response",
    doc: "The response to a request over HTTP.",
    fields: &[
        field("status", "int", "The status code, 200 for example."),
        field("ok", "bool", "Whether the status code is from 200 to 299."),
        field(
            "headers",
            "map",
            "The headers by their names in small letters; one that came several times has its values joined by `, `.",
        ),
        field("text", "string", "The body as text, read as the headers say."),
        field("bytes", "blob", "The body as it came."),
        field("url", "string", "The address it came from, after all redirects."),
        field(
            "dry",
            "bool",
            "Whether nothing was sent, because the run is a dry one, and this stands for the answer.",
        ),
    ],
};

const SMTP_CLIENT: ApiType = ApiType {
    name: "smtp client",
    doc: "A mail server that a lambda sends by.",
    fields: &[field("host", "string", "Its name."), field("port", "int", "Its port.")],
};

const SALESFORCE_CONNECTION: ApiType = ApiType {
    name: "salesforce connection",
    doc: "A way to Salesforce.",
    fields: &[
        field("instance_url", "string", "Where the records are."),
        field("access_token", "string", "The token in use; another after it was refreshed."),
        field(
            "refresh_token",
            "string or ()",
            "The token that gets new ones, to be kept as a secret where it changed.",
        ),
    ],
};

/// The type called `name`.
pub fn api_type(name: &str) -> Option<&'static ApiType> {
    TYPES.iter().find(|it| it.name == name)
}
