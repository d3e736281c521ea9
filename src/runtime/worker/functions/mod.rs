//! The host functions as the script's engine calls them.
//!
//! Registered by walking the table of `language::api`, so that nothing is callable that is not documented. All take their
//! arguments untyped and check them themselves: the engine's own answer to a wrong type is that there is no such
//! function.

mod arguments;
mod ask;
mod cache;
mod conversation;
mod crypto;
mod csv;
mod date;
mod env;
pub(super) mod http;
mod json;
mod jwt;
mod log;
pub(super) mod mail;
mod messaging;
mod oauth1;
mod random;
mod regex;
pub(super) mod salesforce;
mod secrets;
mod time;
mod url;

pub(super) use regex::Patterns;

use super::session::Session;
use crate::language::api::{ApiFunction, FUNCTIONS, HostFunction, LogFunction, TimeFunction};
use crate::runtime::protocol::CallError;
use rhai::{
    Array, Blob, Dynamic, Engine, EvalAltResult, FLOAT, FnPtr, FuncRegistration, INT,
    ImmutableString, Map, Module, NativeCallContext, Position, RhaiFunc, Shared,
};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Why a host function did not return.
pub(super) enum Refusal {
    /// It cannot do what was asked, said in a sentence. A script can catch it.
    Because(String),
    /// The host could not do what was asked. A script can catch it.
    Failed(CallError),
    /// The answer came and is no success. A script can catch it.
    Status(http::Response),
    /// The run must end.
    Stopped,
}

type Returned = Result<Dynamic, Refusal>;
type Arguments<'a, 'b> = &'a mut [&'b mut Dynamic];

/// Lays the host functions on `engine`.
pub(super) fn register(engine: &mut Engine, session: &Rc<Session>) {
    let mut modules: BTreeMap<&str, Module> = BTreeMap::new();
    let mut bare = Module::new();
    for row in FUNCTIONS {
        let module = match row.module {
            Some(name) => modules.entry(name).or_default(),
            None => &mut bare,
        };
        for count in row.fewest_arguments()..=row.most_arguments() {
            for types in forms(row, count) {
                FuncRegistration::new(row.name).in_internal_namespace().set_into_module_raw(
                    module,
                    types,
                    native(row, session),
                );
            }
        }
    }
    http::register_fields(engine);
    mail::register_fields(engine);
    salesforce::register_fields(engine);
    engine.register_global_module(Shared::new(bare));
    for (name, module) in modules {
        engine.register_static_module(name, Shared::new(module));
    }
}

/// The parameter types to register. A function that Rhai's library has for certain types must be registered for each of
/// them, or the library's stays in force.
fn forms(row: &ApiFunction, count: usize) -> Vec<Vec<TypeId>> {
    let mut untyped = vec![TypeId::of::<Dynamic>(); count];
    if let Some(receiver) = row.receiver().and_then(|it| rust_type(it.name)) {
        untyped[0] = receiver;
        return vec![untyped];
    }
    let mut forms = match row.function {
        HostFunction::Log(LogFunction::Print | LogFunction::PrintDebug) if count == 1 => vec![
            vec![TypeId::of::<INT>()],
            vec![TypeId::of::<FLOAT>()],
            vec![TypeId::of::<bool>()],
            vec![TypeId::of::<char>()],
            vec![TypeId::of::<()>()],
            vec![TypeId::of::<ImmutableString>()],
            vec![TypeId::of::<Array>()],
            vec![TypeId::of::<Map>()],
            vec![TypeId::of::<Blob>()],
            vec![TypeId::of::<FnPtr>()],
        ],
        HostFunction::Time(TimeFunction::Sleep) => {
            vec![vec![TypeId::of::<INT>()], vec![TypeId::of::<FLOAT>()]]
        }
        _ => Vec::new(),
    };
    forms.push(untyped);
    forms
}

/// The type that the table calls `name`.
fn rust_type(name: &str) -> Option<TypeId> {
    match name {
        http::NAME => Some(TypeId::of::<http::Response>()),
        mail::NAME => Some(TypeId::of::<mail::Client>()),
        salesforce::NAME => Some(TypeId::of::<salesforce::Connection>()),
        _ => None,
    }
}

/// The table's name of the type that the engine calls `name`.
pub(super) fn api_type_name(name: &str) -> Option<&'static str> {
    let types = [
        (std::any::type_name::<http::Response>(), http::NAME),
        (std::any::type_name::<mail::Client>(), mail::NAME),
        (std::any::type_name::<salesforce::Connection>(), salesforce::NAME),
    ];
    types.into_iter().find(|(own, _)| *own == name).map(|(_, name)| name)
}

fn native(row: &'static ApiFunction, session: &Rc<Session>) -> RhaiFunc {
    let session = Rc::clone(session);
    RhaiFunc::Method {
        func: Shared::new(move |context: Option<NativeCallContext>, arguments: Arguments| {
            let position = context.map_or(Position::NONE, |it| it.call_position());
            session.arrive_at(position);
            call(&session, row.function, position, arguments)
                .map_err(|refusal| refused(&session, row, position, refusal))
        }),
        has_context: true,
        is_pure: true,
        is_volatile: true,
    }
}

/// The error a script can catch, in the shape of the engine's own; or the one that ends the run.
#[expect(clippy::unnecessary_box_returns, reason = "the engine's results hold it boxed")]
fn refused(
    session: &Session,
    row: &ApiFunction,
    position: Position,
    refusal: Refusal,
) -> Box<EvalAltResult> {
    let mut error = Map::new();
    let (code, reason) = match refusal {
        Refusal::Stopped => return session.raise(position),
        Refusal::Because(reason) => (String::new(), reason),
        Refusal::Failed(CallError { code, message }) => (code, message),
        Refusal::Status(response) => {
            let reason = format!("{} answered with status {}", response.url(), response.status());
            error.insert("status".into(), INT::from(response.status()).into());
            error.insert("response".into(), Dynamic::from(response));
            ("http.status".to_owned(), reason)
        }
    };
    let path = row.path();
    let message = format!("{path}: {reason}");
    error.insert("error".into(), path.into());
    error.insert("message".into(), message.clone().into());
    if !code.is_empty() {
        error.insert("code".into(), code.into());
    }
    if let Some(line) = position.line() {
        error.insert("line".into(), (line as INT).into());
        error.insert("position".into(), (position.position().unwrap_or(1) as INT).into());
    }
    session.refuse(message);
    EvalAltResult::ErrorRuntime(error.into(), position).into()
}

fn call(
    session: &Session,
    function: HostFunction,
    position: Position,
    arguments: Arguments,
) -> Returned {
    match function {
        HostFunction::Log(it) => Ok(log::call(it, position, arguments)),
        HostFunction::Env(it) => env::call(it, session, arguments),
        HostFunction::Time(it) => time::call(it, session, arguments),
        HostFunction::Random(it) => random::call(it, session, arguments),
        HostFunction::Secrets(it) => secrets::call(it, session, arguments),
        HostFunction::Http(it) => http::call(it, session, arguments),
        HostFunction::Mail(it) => mail::call(it, session, arguments),
        HostFunction::Smtp(it) => mail::call_smtp(it, session, arguments),
        HostFunction::Salesforce(it) => salesforce::call(it, session, arguments),
        HostFunction::Cache(it) => cache::call(it, session, arguments),
        HostFunction::Json(it) => json::call(it, arguments),
        HostFunction::Messaging(it) => messaging::call(it, arguments),
        HostFunction::Conversation(it) => conversation::call(it, arguments),
        HostFunction::Crypto(it) => crypto::call(it, session, arguments),
        HostFunction::Jwt(it) => jwt::call(it, session, arguments),
        HostFunction::Oauth1(it) => oauth1::call(it, session, arguments),
        HostFunction::Url(it) => url::call(it, arguments),
        HostFunction::Date(it) => date::call(it, arguments),
        HostFunction::Regex(it) => regex::call(it, session, arguments),
        HostFunction::Csv(it) => csv::call(it, arguments),
    }
}
