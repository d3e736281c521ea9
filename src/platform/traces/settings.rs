//! Where spans are sent, as the workspace says or the standard variables of the environment, which come first.

use crate::domain::{Reach, ServeSettings};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::Duration;

/// Where OTLP over HTTP takes spans, below the collector's address.
const PATH: &str = "v1/traces";
/// How long the collector may take for its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where spans are sent, and in whose name.
#[derive(Clone)]
pub struct TraceSettings {
    /// The address, with the path for spans.
    pub endpoint: Url,
    /// Sent along with each request; they may be credentials.
    pub headers: HeaderMap,
    /// What is told of the program beside its spans: names and values.
    pub resource: Vec<(String, String)>,
    /// How long the collector may take for its answer.
    pub patience: Duration,
    /// What is trusted on the way there.
    pub reach: Arc<Reach>,
}

impl TraceSettings {
    /// What `settings` and the variables of the environment say; none where spans are sent nowhere.
    pub fn of(
        settings: &ServeSettings,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, String> {
        let set = |name: &str| env(name).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        let is = |name: &str, wanted: &str| {
            set(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        if is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
            return Ok(None);
        }
        let of_traces = |name: &str| {
            let own = set(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"));
            own.or_else(|| set(&format!("OTEL_EXPORTER_OTLP_{name}")))
        };
        let endpoint = if let Some(whole) = set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            address("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &whole)?
        } else if let Some(base) = set("OTEL_EXPORTER_OTLP_ENDPOINT") {
            below(address("OTEL_EXPORTER_OTLP_ENDPOINT", &base)?)
        } else if let Some(base) = &settings.otlp_endpoint {
            below(address("`otlp_endpoint` in [serve]", base)?)
        } else {
            return Ok(None);
        };
        if of_traces("PROTOCOL").is_some_and(|it| it.eq_ignore_ascii_case("grpc")) {
            return Err("OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and spans are sent by HTTP; name the collector's address for that, at port 4318 as a rule".into());
        }
        let patience = of_traces("TIMEOUT").and_then(|text| text.parse().ok());
        Ok(Some(Self {
            endpoint,
            headers: headers(&of_traces("HEADERS").unwrap_or_default())?,
            resource: resource(set("OTEL_SERVICE_NAME"), set("OTEL_RESOURCE_ATTRIBUTES")),
            patience: patience.map_or(PATIENCE, Duration::from_millis),
            reach: Arc::default(),
        }))
    }

    /// The same, trusting whom `reach` says.
    #[must_use]
    pub fn trusting(self, reach: Arc<Reach>) -> Self {
        Self { reach, ..self }
    }
}

fn address(name: &str, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(Url::has_host).ok_or_else(|| {
        format!(
            "{name} must be an address of a collector, as http://127.0.0.1:4318, for OTLP over HTTP"
        )
    })
}

fn below(mut base: Url) -> Url {
    let path = format!("{}/{PATH}", base.path().trim_end_matches('/'));
    base.set_path(&path);
    base
}

/// Pairs as the environment has them: `name=value,name=value`, values percent-encoded.
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let decoded = |text: &str| percent_decode_str(text.trim()).decode_utf8_lossy().into_owned();
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(move |(name, value)| (decoded(name), decoded(value)))
}

fn headers(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(text) {
        let read = (HeaderName::try_from(&name), HeaderValue::try_from(value));
        let (Ok(key), Ok(mut value)) = read else {
            return Err(format!("OTEL_EXPORTER_OTLP_HEADERS: `{name}` cannot be sent as a header"));
        };
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}

fn resource(service: Option<String>, attributes: Option<String>) -> Vec<(String, String)> {
    let mut resource: Vec<_> = pairs(&attributes.unwrap_or_default()).collect();
    if let Some(service) = service {
        resource.retain(|(name, _)| name != "service.name");
        resource.push(("service.name".to_owned(), service));
    }
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    for (key, value) in [
        ("service.name", name),
        ("service.version", version),
        ("telemetry.sdk.name", name),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.version", version),
    ] {
        if !resource.iter().any(|(own, _)| own == key) {
            resource.push((key.to_owned(), value.to_owned()));
        }
    }
    resource
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(endpoint: Option<&str>, env: &[(&str, &str)]) -> Result<Option<TraceSettings>, String> {
        let settings = ServeSettings {
            otlp_endpoint: endpoint.map(str::to_owned),
            ..ServeSettings::default()
        };
        let own: Vec<_> = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        TraceSettings::of(&settings, |name| {
            own.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
        })
    }

    fn endpoint(endpoint: Option<&str>, env: &[(&str, &str)]) -> Option<String> {
        read(endpoint, env).unwrap().map(|it| it.endpoint.to_string())
    }

    #[test]
    fn the_environment_comes_before_the_workspace() {
        const BASE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://base:4318/");
        const WHOLE: (&str, &str) = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://whole/own");
        let file = Some("http://file:4318");
        assert_eq!(endpoint(None, &[]), None);
        assert_eq!(endpoint(file, &[]).as_deref(), Some("http://file:4318/v1/traces"));
        assert_eq!(endpoint(file, &[BASE]).as_deref(), Some("http://base:4318/v1/traces"));
        assert_eq!(endpoint(file, &[BASE, WHOLE]).as_deref(), Some("https://whole/own"));
        assert_eq!(endpoint(file, &[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]), endpoint(file, &[]));
        assert_eq!(endpoint(file, &[("OTEL_SDK_DISABLED", "True")]), None);
        assert_eq!(endpoint(file, &[("OTEL_TRACES_EXPORTER", "none")]), None);
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assert!(read(file, &[grpc]).is_err_and(|reason| reason.contains("by HTTP")));
        assert_eq!(endpoint(None, &[grpc]), None);
        let Err(reason) = read(None, &[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]) else {
            panic!("it was taken")
        };
        assert!(reason.contains("OTEL_EXPORTER_OTLP_ENDPOINT must be"), "{reason}");
    }

    #[test]
    fn headers_and_names_are_those_of_the_environment() {
        let env = [
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=s%20ecret, x-team = bots"),
            ("OTEL_SERVICE_NAME", "bots"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,deployment.environment.name=test"),
        ];
        let settings = read(Some("http://file"), &env).unwrap().unwrap();
        assert_eq!(settings.headers["api-key"], "s ecret");
        assert_eq!(settings.headers["x-team"], "bots");
        let of = |name: &str| {
            let own: Vec<_> = settings.resource.iter().filter(|(own, _)| own == name).collect();
            assert_eq!(own.len(), 1, "{name}");
            own[0].1.clone()
        };
        assert_eq!(of("service.name"), "bots");
        assert_eq!(of("deployment.environment.name"), "test");
        assert_eq!(of("telemetry.sdk.language"), "rust");
        assert!(read(Some("http://file"), &[("OTEL_EXPORTER_OTLP_HEADERS", "ä=b")]).is_err());
    }
}
