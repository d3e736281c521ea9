//! The paths of the door.

use super::reply::Wording;
use crate::domain::Scope;
use http::Method;
use percent_encoding::percent_decode_str;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// CloudEvents.
    Events,
    /// Invoke a lambda by its id or name.
    InvokeLambda(String),
    /// Invoke all lambdas of an event.
    InvokeEvent(String),
    /// Whether a lambda of the event is deployed.
    IsImplemented(String),
    /// Which host has which of the hosted system's services; all, or one.
    BaseUris(Option<String>),
    /// A token in the form that the hosted system's clients want.
    AppToken,
    /// Whether the process lives.
    Health,
    /// Whether it takes events.
    Ready,
    /// What there is to measure.
    Metrics,
}

impl Route {
    /// The route of a path.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/" | "/events" => return Some(Self::Events),
            "/healthz" => return Some(Self::Health),
            "/readyz" => return Some(Self::Ready),
            "/metrics" => return Some(Self::Metrics),
            _ => {}
        }
        let segment = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().ok()?;
            (!text.is_empty()).then(|| text.into_owned())
        };
        let parts: Vec<_> = path.strip_prefix('/')?.split('/').collect();
        match parts[..] {
            ["api", "account", account, "lambdas", lambda, "invoke"] => {
                segment(account).and(segment(lambda)).map(Self::InvokeLambda)
            }
            ["api", "account", account, "events", event, "invoke"] => {
                segment(account).and(segment(event)).map(Self::InvokeEvent)
            }
            ["api", "account", account, "events", event, "isImplemented"] => {
                segment(account).and(segment(event)).map(Self::IsImplemented)
            }
            ["api", "account", account, "service", "baseURI" | "baseURI.json"] => {
                segment(account).map(|_| Self::BaseUris(None))
            }
            ["api", "account", account, "service", service, "baseURI" | "baseURI.json"] => {
                segment(account).and(segment(service)).map(|it| Self::BaseUris(Some(it)))
            }
            ["sentinel", "api", "account", account, "app", "token"] => {
                segment(account).map(|_| Self::AppToken)
            }
            _ => None,
        }
    }

    /// The methods it answers.
    pub(super) fn allowed(&self) -> &'static str {
        match self {
            Self::Events => "POST, OPTIONS",
            Self::InvokeLambda(_) | Self::InvokeEvent(_) | Self::AppToken => "POST",
            Self::IsImplemented(_)
            | Self::BaseUris(_)
            | Self::Health
            | Self::Ready
            | Self::Metrics => "GET, HEAD",
        }
    }

    /// Whether it answers `method`.
    pub(super) fn allows(&self, method: &Method) -> bool {
        self.allowed().split(", ").any(|it| it == method.as_str())
    }

    /// What a caller must be allowed to do; none for what everyone may ask.
    pub(super) const fn scope(&self) -> Option<Scope> {
        match self {
            Self::Events => Some(Scope::Emit),
            Self::InvokeLambda(_) | Self::InvokeEvent(_) | Self::IsImplemented(_) => {
                Some(Scope::Invoke)
            }
            Self::Metrics => Some(Scope::Admin),
            Self::BaseUris(_) | Self::AppToken | Self::Health | Self::Ready => None,
        }
    }

    /// Its name in logs and metrics.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::InvokeLambda(_) => "invoke",
            Self::InvokeEvent(_) => "invoke_event",
            Self::IsImplemented(_) => "is_implemented",
            Self::BaseUris(_) => "base_uri",
            Self::AppToken => "app_token",
            Self::Health => "healthz",
            Self::Ready => "readyz",
            Self::Metrics => "metrics",
        }
    }

    /// Its path with names in the places of what differs; none for what is only asked to watch over the program.
    pub(super) const fn template(&self) -> Option<&'static str> {
        match self {
            Self::Events => Some("/events"),
            Self::InvokeLambda(_) => Some("/api/account/{account}/lambdas/{lambda}/invoke"),
            Self::InvokeEvent(_) => Some("/api/account/{account}/events/{event}/invoke"),
            Self::IsImplemented(_) => Some("/api/account/{account}/events/{event}/isImplemented"),
            Self::BaseUris(None) => Some("/api/account/{account}/service/baseURI"),
            Self::BaseUris(Some(_)) => Some("/api/account/{account}/service/{service}/baseURI"),
            Self::AppToken => Some("/sentinel/api/account/{account}/app/token"),
            Self::Health | Self::Ready | Self::Metrics => None,
        }
    }

    /// In whose words its problems are told. The contract of 2019 has a version in its query, that of 2025 has none and
    /// names the caller in a header.
    pub(super) fn wording(&self, query: Option<&str>, names_event_source: bool) -> Wording {
        match self {
            Self::InvokeLambda(_) | Self::InvokeEvent(_) | Self::IsImplemented(_) => {
                let has_version = parameter(query, "v").is_some();
                if names_event_source && !has_version { Wording::Second } else { Wording::First }
            }
            _ => Wording::Plain,
        }
    }
}

/// The first value of a parameter of a query.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_lead_where_the_clients_expect() {
        for (path, route) in [
            ("/", Route::Events),
            ("/events", Route::Events),
            ("/api/account/1/lambdas/greet_vip/invoke", Route::InvokeLambda("greet_vip".into())),
            ("/api/account/1/events/a%5Fb/invoke", Route::InvokeEvent("a_b".into())),
            ("/api/account/1/events/e/isImplemented", Route::IsImplemented("e".into())),
            ("/api/account/1/service/baseURI.json", Route::BaseUris(None)),
            ("/api/account/1/service/faasGW/baseURI.json", Route::BaseUris(Some("faasGW".into()))),
            ("/sentinel/api/account/1/app/token", Route::AppToken),
        ] {
            assert_eq!(Route::of(path), Some(route), "{path}");
        }
        for nowhere in [
            "",
            "//",
            "/events/",
            "/api",
            "/api/account//lambdas/a/invoke",
            "/api/account/1/lambdas//invoke",
            "/api/account/1/lambdas/%ff/invoke",
            "/EVENTS",
            "*",
        ] {
            assert_eq!(Route::of(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn the_contract_decides_on_the_words() {
        let invoke = Route::InvokeLambda("a".into());
        assert_eq!(invoke.wording(Some("v=1&externalSystem=x"), true), Wording::First);
        assert_eq!(invoke.wording(None, true), Wording::Second);
        assert_eq!(invoke.wording(None, false), Wording::First);
        assert_eq!(Route::Events.wording(Some("v=1"), true), Wording::Plain);
    }

    proptest! {
        #[test]
        fn no_path_makes_it_panic(path in "(/|api|account|lambdas|invoke|%|[ -~]){0,20}") {
            let _ = Route::of(&path);
        }
    }
}
