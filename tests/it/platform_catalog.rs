//! The events of the workspace are known as they are now.

use crate::platform_kit::{Stand, event};
use lambdeck::domain::{EventId, RaisedEvent};
use lambdeck::platform::{Door as _, Refusal};
use std::fs;
use std::path::Path;

const BUILT_IN: &str = "assets/events/controllerbot_messaging_ttr";

#[tokio::test]
async fn an_event_that_is_added_while_it_executes_is_taken() {
    let stand = Stand::new("");
    let own = || RaisedEvent { event: EventId::new("own_event"), ..event("1") };
    let unknown = stand.platform.raise(vec![own()]).await.unwrap_err();
    assert_eq!(unknown, Refusal::UnknownEvent("own_event".into()));
    let folder = stand.folder.path().join("events/own_event");
    fs::create_dir_all(folder.join("samples")).unwrap();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join(BUILT_IN);
    for part in ["schema.json", "samples"] {
        let from = built_in.join(part);
        if from.is_file() {
            fs::copy(from, folder.join(part)).unwrap();
            continue;
        }
        for sample in fs::read_dir(from).unwrap().map(Result::unwrap) {
            fs::copy(sample.path(), folder.join(part).join(sample.file_name())).unwrap();
        }
    }
    let text = fs::read_to_string(built_in.join("event.toml")).unwrap();
    let text = text.replace("controllerbot_messaging_ttr", "own_event").replace("TTR", "of ours");
    fs::write(folder.join("event.toml"), text).unwrap();
    assert_eq!(stand.platform.raise(vec![own()]).await.unwrap().len(), 1);
    assert!(stand.platform.event_named("own_event").is_some());
}
