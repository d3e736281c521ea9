//! Programs that others wrote speak with the door as they are.

use crate::gateway_kit::{GREET_VIP, Gate, TTR};
use crate::node_kit;
use lambdeck::domain::{Scope, ServeSettings, ServerCertificate};
use lambdeck::platform::LambdaRef;
use serde_json::{Value, json};
use tokio::task::block_in_place;

#[tokio::test(flavor = "multi_thread")]
async fn senders_of_cloudevents_deliver_in_all_three_modes() {
    let gate = Gate::with(ServeSettings { require_token: true, ..ServeSettings::default() }).await;
    let token = gate.door.token("bus", &[Scope::Emit]);
    let url = gate.url("");
    let said = block_in_place(|| node_kit::run("emit.cjs", &[&url, &token, TTR], &[]));
    assert_eq!(said.lines().last(), Some(r#"{"status":202}"#), "{said}");
    let raised = gate.door.state().raised.clone();
    let ids: Vec<_> = raised.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["binary", "structured", "bytes", "batch-1", "batch-2"], "{said}");
    let inputs = gate.door.inputs();
    for (input, mode) in inputs.iter().zip(["binary", "structured"]) {
        assert_eq!(input["payload"], json!({"mode": mode}));
        let headers = input["headers"].as_array().unwrap();
        for (key, value) in [("ce-subject", "Zürich \"100%\" 🌎"), ("ce-tenant", "acme")] {
            assert!(headers.contains(&json!({"key": key, "value": value})), "{input}");
        }
    }
    assert_eq!(inputs[2]["payload"], json!("AP8="));
    assert_eq!(inputs[4]["payload"], json!({"mode": "batch", "n": 2}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_client_invokes_by_both_contracts() {
    // By the host's name it decides which contract it speaks.
    for host in ["bots.example", "fninvocations.bots.example"] {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let signed = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
        std::fs::write(&certificate, signed.cert.pem()).unwrap();
        std::fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
        let settings = ServeSettings {
            require_token: true,
            public_host: Some(host.to_owned()),
            ..ServeSettings::default()
        };
        let plain = Gate::with(settings.clone()).await;
        let tls = Some(ServerCertificate { certificate: certificate.clone(), key });
        let secure = Gate::before(plain.door.clone(), ServeSettings { tls, ..settings }).await;
        let token = plain.door.token("crm-bot", &[Scope::Invoke]);
        let ports = [plain.address.port().to_string(), secure.address.port().to_string()];
        let arguments = [ports[0].as_str(), &ports[1], "crm-bot", &token];
        let said = block_in_place(|| {
            node_kit::run("invoke.cjs", &arguments, &[("NODE_EXTRA_CA_CERTS", &certificate)])
        });
        let said: Value = serde_json::from_str(&said).unwrap();
        let timestamp = 1_700_000_000_000_i64;
        let listed = json!({"uuid": GREET_VIP, "timestamp": timestamp, "result": {"name": "Ada"}});
        assert_eq!(
            said,
            json!({
                "by_id": [true, 200, {"name": "Ada"}],
                "by_event": [listed],
                "implemented": [true, false],
                "failed": "FaaSLambdaError",
                "missing": "FaaSInvokeError",
                "stranger": true,
            }),
            "{host}"
        );
        let state = plain.door.state();
        assert!(state.invoked.iter().all(|(_, it)| it.system.as_deref() == Some("crm")));
        let is_thrower = |lambda: &LambdaRef| matches!(lambda, LambdaRef::Name(name) if name.as_str() == "thrower");
        let runs = state.invoked.iter().filter(|(lambda, _)| is_thrower(lambda)).count();
        assert_eq!(runs, 1, "a lambda that failed is not run again");
    }
}
