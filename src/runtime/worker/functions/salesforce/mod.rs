//! Salesforce by its REST interface.
//!
//! ```text
//! connect ─> grant ─> token          query, create, ...  ─> request ─> http (allow-list, record, masks)
//!              ^                                               │
//!              └──── the token is not accepted any more  <─────┘  once for each request
//! ```
//!
//! Stands on the same requests as `http`, so that nothing of the wall is built twice.

mod grant;
mod request;
mod soql;

use super::arguments::{Fields, argument, map, map_of, mismatch, text, text_of};
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::{Field, SalesforceFunction, api_type};
use crate::runtime::worker::json_text;
use grant::Grant;
use request::{Answer, Path};
use rhai::{Array, Dynamic, Engine, INT, Map};
use std::cell::RefCell;
use std::rc::Rc;

/// The version of the interface when the script does not say.
const VERSION: &str = "62.0";

/// The longest record that is sent, in bytes of JSON.
const RECORD_BYTES: usize = 4 * 1024 * 1024;

/// A connection; clones share it, so that a token that was refreshed is so everywhere.
#[derive(Clone)]
pub(in crate::runtime::worker) struct Connection {
    access: Rc<RefCell<Access>>,
}

/// What gives access.
struct Access {
    instance_url: String,
    access_token: String,
    refresh_token: Option<String>,
    grant: Option<Grant>,
    version: String,
}

/// The type's name in the table of types.
pub(in crate::runtime::worker) const NAME: &str = "salesforce connection";

/// Lets the script read what the table of types says a connection has.
pub(super) fn register_fields(engine: &mut Engine) {
    engine.register_type_with_name::<Connection>(NAME);
    for field in api_type(NAME).map_or(&[][..], |it| it.fields) {
        engine.register_get(field.name, |connection: &mut Connection| connection.read(field));
    }
}

impl Connection {
    fn read(&self, field: &Field) -> Dynamic {
        let access = self.access.borrow();
        match field.name {
            "instance_url" => access.instance_url.clone().into(),
            "access_token" => access.access_token.clone().into(),
            "refresh_token" => access.refresh_token.clone().map_or(Dynamic::UNIT, Into::into),
            _ => Dynamic::UNIT,
        }
    }

    fn of(arguments: &Arguments) -> Result<Self, Refusal> {
        let connection = argument(arguments, 0).clone().try_cast::<Self>();
        // The engine calls with nothing else: the methods are registered for connections alone.
        connection.ok_or_else(|| Refusal::Because("this is no salesforce connection".to_owned()))
    }
}

pub(super) fn call(
    function: SalesforceFunction,
    session: &Session,
    arguments: Arguments,
) -> Returned {
    if function == SalesforceFunction::Connect {
        return connect(session, arguments);
    }
    let connection = Connection::of(&arguments)?;
    match function {
        SalesforceFunction::Connect => connect(session, arguments),
        SalesforceFunction::Query => query(session, &connection, arguments),
        SalesforceFunction::Create => create(session, &connection, arguments),
        SalesforceFunction::Update => update(session, &connection, arguments),
        SalesforceFunction::Delete => {
            let path = Path::record(&object(arguments)?, &id(arguments)?);
            connection.send(session, "DELETE", &path, None)?;
            Ok(Dynamic::UNIT)
        }
        SalesforceFunction::Retrieve => retrieve(session, &connection, arguments),
        SalesforceFunction::Describe => {
            let path = if argument(arguments, 1).is_unit() {
                Path::of("sobjects")
            } else {
                Path::of(&format!("sobjects/{}/describe", object(arguments)?))
            };
            connection.send(session, "GET", &path, None).map(Answer::into_value)
        }
    }
}

fn connect(session: &Session, arguments: Arguments) -> Returned {
    const FIELDS: &[&str] = &[
        "instance_url",
        "login_url",
        "access_token",
        "refresh_token",
        "client_id",
        "client_secret",
        "username",
        "password",
        "version",
    ];
    map(arguments, 0, "settings")?;
    let fields = Fields::of(&arguments, 0, "settings", FIELDS)?;
    let version = fields.text("version")?.unwrap_or_else(|| VERSION.to_owned());
    let version = version.trim_start_matches('v').to_owned();
    if version.is_empty() || !version.chars().all(|it| it.is_ascii_digit() || it == '.') {
        return Err(Refusal::Because(format!("`settings.version` is as \"{VERSION}\"")));
    }
    let mut access = Access {
        instance_url: fields.text("instance_url")?.unwrap_or_default(),
        access_token: fields.text("access_token")?.unwrap_or_default(),
        refresh_token: fields.text("refresh_token")?,
        grant: Grant::of(&fields)?,
        version,
    };
    access.instance_url.truncate(access.instance_url.trim_end_matches('/').len());
    if access.access_token.is_empty() {
        access.authorise(session)?;
    } else if access.instance_url.is_empty() {
        let reason =
            "`settings.instance_url` is missing: an access token is good at one address only";
        return Err(Refusal::Because(reason.to_owned()));
    }
    Ok(Dynamic::from(Connection { access: Rc::new(RefCell::new(access)) }))
}

/// All records of a query, however many answers they take.
fn query(session: &Session, connection: &Connection, arguments: Arguments) -> Returned {
    let soql = text(arguments, 1, "soql")?;
    let soql = soql::bound(&soql, argument(arguments, 2)).map_err(Refusal::Because)?;
    let mut path = Path::of("query").with("q", soql);
    let mut records = Array::new();
    loop {
        let answer = connection.send(session, "GET", &path, None)?.into_value();
        let mut page = map_of(&answer, "the answer")?;
        match page.remove("records").and_then(Dynamic::try_cast::<Array>) {
            Some(more) => records.extend(more),
            None => return Err(Refusal::Because("the answer has no records".to_owned())),
        }
        let next = page.remove("nextRecordsUrl").and_then(|it| it.into_string().ok());
        let is_more = page.get("done").and_then(|it| it.as_bool().ok()) == Some(false);
        let Some(next) = next.filter(|_| is_more) else {
            let total = page.remove("totalSize").unwrap_or((records.len() as INT).into());
            let mut result = Map::new();
            result.insert("total_size".into(), total);
            result.insert("records".into(), records.into());
            return Ok(result.into());
        };
        path = Path::next(&next).map_err(Refusal::Because)?;
    }
}

fn create(session: &Session, connection: &Connection, arguments: Arguments) -> Returned {
    let path = Path::of(&format!("sobjects/{}", object(arguments)?));
    let answer = connection.send(session, "POST", &path, Some(&record(arguments, 2)?))?;
    if answer.is_dry {
        return Ok("000000000000000AAA".into());
    }
    let answer = map_of(&answer.into_value(), "the answer")?;
    match answer.get("id") {
        Some(id) => Ok(id.clone()),
        None => Err(Refusal::Because("the answer has no id".to_owned())),
    }
}

fn update(session: &Session, connection: &Connection, arguments: Arguments) -> Returned {
    let path = Path::record(&object(arguments)?, &id(arguments)?);
    connection.send(session, "PATCH", &path, Some(&record(arguments, 3)?))?;
    Ok(Dynamic::UNIT)
}

fn retrieve(session: &Session, connection: &Connection, arguments: Arguments) -> Returned {
    let mut path = Path::record(&object(arguments)?, &id(arguments)?);
    let fields = argument(arguments, 3);
    if !fields.is_unit() {
        let Ok(list) = fields.as_array_ref() else {
            return Err(mismatch("fields", "an array", fields));
        };
        let names: Vec<String> =
            list.iter().map(|it| text_of(it, "fields")).collect::<Result<_, _>>()?;
        path = path.with("fields", names.join(","));
    }
    connection.send(session, "GET", &path, None).map(Answer::into_value)
}

/// The name of a kind of record, which goes into the address.
fn object(arguments: &[&mut Dynamic]) -> Result<String, Refusal> {
    let name = text(arguments, 1, "object")?;
    let is_name = name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_name {
        return Ok(name);
    }
    Err(Refusal::Because(format!("`object` {name:?} is no name of an object, as \"Account\" is")))
}

/// The id of a record, which goes into the address.
fn id(arguments: &[&mut Dynamic]) -> Result<String, Refusal> {
    let id = text(arguments, 2, "id")?;
    if matches!(id.len(), 15 | 18) && id.chars().all(|it| it.is_ascii_alphanumeric()) {
        return Ok(id);
    }
    Err(Refusal::Because(format!("`id` {id:?} is no id: those have 15 or 18 letters and digits")))
}

fn record(arguments: &[&mut Dynamic], index: usize) -> Result<String, Refusal> {
    let fields = argument(arguments, index);
    if !fields.is_map() {
        return Err(mismatch("fields", "a map", fields));
    }
    json_text::strict(fields, RECORD_BYTES)
        .map_err(|error| Refusal::Because(format!("`fields{}` {}", error.path, error.problem)))
}
