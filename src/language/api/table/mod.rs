//! The table of host functions itself, a file a module.
//!
//! A file names its functions in an enum and describes each in a row. Whoever implements a module matches on its enum, so
//! that none can be forgotten; a new module is a file here, a variant of [`HostFunction`] and a line of [`PARTS`].

mod cache;
mod conversation;
mod crypto;
mod csv;
mod date;
mod env;
mod http;
mod json;
mod jwt;
mod log;
mod mail;
mod messaging;
mod oauth1;
mod random;
mod regex;
mod salesforce;
mod secrets;
mod time;
mod url;

pub use cache::CacheFunction;
pub use conversation::ConversationFunction;
pub use crypto::CryptoFunction;
pub use csv::CsvFunction;
pub use date::DateFunction;
pub use env::EnvFunction;
pub use http::HttpFunction;
pub use json::JsonFunction;
pub use jwt::JwtFunction;
pub use log::LogFunction;
pub use mail::{MailFunction, SmtpFunction};
pub use messaging::MessagingFunction;
pub use oauth1::Oauth1Function;
pub use random::RandomFunction;
pub use regex::RegexFunction;
pub use salesforce::SalesforceFunction;
pub use secrets::SecretsFunction;
pub use time::TimeFunction;
pub use url::UrlFunction;

use super::{ApiFunction, Parameter, Presence};

/// The functions by identity, by module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by the rows of its module")]
pub enum HostFunction {
    Log(LogFunction),
    Env(EnvFunction),
    Time(TimeFunction),
    Random(RandomFunction),
    Secrets(SecretsFunction),
    Http(HttpFunction),
    Mail(MailFunction),
    Smtp(SmtpFunction),
    Salesforce(SalesforceFunction),
    Cache(CacheFunction),
    Json(JsonFunction),
    Messaging(MessagingFunction),
    Conversation(ConversationFunction),
    Crypto(CryptoFunction),
    Jwt(JwtFunction),
    Oauth1(Oauth1Function),
    Url(UrlFunction),
    Date(DateFunction),
    Regex(RegexFunction),
    Csv(CsvFunction),
}

/// The modules in the order the documentation shows them.
const PARTS: &[&[ApiFunction]] = &[
    log::ROWS,
    env::ROWS,
    time::ROWS,
    random::ROWS,
    http::ROWS,
    secrets::ROWS,
    mail::ROWS,
    salesforce::ROWS,
    cache::ROWS,
    json::ROWS,
    messaging::ROWS,
    conversation::ROWS,
    crypto::ROWS,
    jwt::ROWS,
    oauth1::ROWS,
    url::ROWS,
    date::ROWS,
    regex::ROWS,
    csv::ROWS,
];

const COUNT: usize = {
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// Every host function, by module in the order the documentation shows them.
pub static FUNCTIONS: &[ApiFunction] = &{
    let mut all = [PARTS[0][0]; COUNT];
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[count] = PARTS[part][row];
            count += 1;
            row += 1;
        }
        part += 1;
    }
    all
};

const fn required(name: &'static str, kind: &'static str) -> Parameter {
    Parameter { name, kind, presence: Presence::Required }
}

const fn optional(name: &'static str, kind: &'static str) -> Parameter {
    Parameter { name, kind, presence: Presence::Optional }
}
