//! The workspace's secrets. What goes to the lambda is masked from then on.

use super::{Answered, Desk, Told};
use crate::domain::{CallStatus, Secret, SecretFailure, SecretFailureKind, SecretKind};
use crate::runtime::protocol::{CallError, HostReply, SecretCall};

pub(super) async fn answer(desk: &Desk<'_>, call: SecretCall) -> Answered {
    let answer = ask(desk, call).await;
    let told = match &answer {
        Err(error) if error.code != SecretFailureKind::OpFailed.code() => {
            let message = error.message.clone();
            Told::unanswered(CallStatus::Refused { message, allow: None })
        }
        _ => Told::of(&answer),
    };
    Answered { answer, told }
}

async fn ask(desk: &Desk<'_>, call: SecretCall) -> Result<HostReply, CallError> {
    let Some(store) = desk.request.secrets.clone() else {
        return Err(CallError::new(
            SecretFailureKind::NotFound.code(),
            "a single file has no secrets; `lambdeck init` makes a workspace that has",
        ));
    };
    match call {
        SecretCall::Read { name } => {
            let secret = blocking(move || store.read(&name)).await?;
            desk.masks.add_secret(&secret);
            Ok(reply(&secret))
        }
        SecretCall::Update { name, value } => {
            let value = serde_json::from_str(&value).map_err(|_| {
                CallError::new(SecretFailureKind::InvalidFormat.code(), "the value is not JSON")
            })?;
            let masks = desk.masks.clone();
            // Masked before anything can be told of it, a refusal included.
            if let Ok(secret) = Secret::of(&value) {
                masks.add_secret(&secret);
            }
            blocking(move || store.update(&name, &value)).await?;
            Ok(HostReply::Nothing)
        }
    }
}

fn reply(secret: &Secret) -> HostReply {
    match secret.kind() {
        SecretKind::String => HostReply::Text(secret.reveal().to_owned()),
        SecretKind::Number | SecretKind::Json => HostReply::Json(secret.reveal().to_owned()),
    }
}

/// Decrypting and the disk's work are no work for a thread that others wait for.
async fn blocking(
    work: impl FnOnce() -> Result<Secret, SecretFailure> + Send + 'static,
) -> Result<Secret, CallError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(secret)) => Ok(secret),
        Ok(Err(failure)) => Err(CallError::new(failure.kind.code(), failure.message)),
        Err(error) => Err(CallError::new(SecretFailureKind::OpFailed.code(), error.to_string())),
    }
}

pub(super) fn described(call: &SecretCall) -> (&'static str, String) {
    match call {
        SecretCall::Read { name } => ("secrets::read", name.clone()),
        SecretCall::Update { name, .. } => ("secrets::update", name.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Outside;
    use super::*;
    use crate::domain::SecretStore;
    use crate::runtime::{Masks, RunRequest};
    use serde_json::{Value, json};
    use std::sync::{Arc, Mutex};

    /// One secret, called `key`.
    #[derive(Debug)]
    struct Store(Mutex<Secret>);

    impl SecretStore for Store {
        fn read(&self, name: &str) -> Result<Secret, SecretFailure> {
            if name == "key" {
                return Ok(self.0.lock().unwrap().clone());
            }
            let message = format!("there is no secret `{name}`");
            Err(SecretFailure { kind: SecretFailureKind::NotFound, message })
        }

        fn update(&self, name: &str, value: &Value) -> Result<Secret, SecretFailure> {
            let new = self.read(name)?.with(value).map_err(|message| SecretFailure {
                kind: SecretFailureKind::InvalidFormat,
                message,
            })?;
            *self.0.lock().unwrap() = new.clone();
            Ok(new)
        }
    }

    async fn answers(calls: Vec<SecretCall>) -> (Vec<Answered>, Masks) {
        let mut request = RunRequest::of_test("");
        let secret = Secret::of(&json!({"pin": 481_516})).unwrap();
        request.secrets = Some(Arc::new(Store(Mutex::new(secret))));
        let (outside, masks) = (Outside::default(), Masks::default());
        let desk = Desk { request: &request, outside: &outside, masks: masks.clone() };
        let mut answers = Vec::new();
        for call in calls {
            answers.push(answer(&desk, call).await);
        }
        (answers, masks)
    }

    #[tokio::test]
    async fn what_is_read_or_written_is_masked_from_then_on() {
        let (answers, masks) = answers(vec![
            SecretCall::Read { name: "key".into() },
            SecretCall::Update { name: "key".into(), value: r#"{"pin":"other-one"}"#.into() },
            SecretCall::Read { name: "key".into() },
        ])
        .await;
        let replies: Vec<_> = answers.into_iter().map(|it| it.answer.unwrap()).collect();
        assert_eq!(replies[0], HostReply::Json(r#"{"pin":481516}"#.into()));
        assert_eq!(replies[1], HostReply::Nothing);
        assert_eq!(replies[2], HostReply::Json(r#"{"pin":"other-one"}"#.into()));
        assert_eq!(masks.mask("481516 other-one"), "••••• •••••");
    }

    #[tokio::test]
    async fn failures_have_the_platforms_code() {
        let (answers, masks) = answers(vec![
            SecretCall::Read { name: "kay".into() },
            SecretCall::Update { name: "kay".into(), value: "\"given-away\"".into() },
        ])
        .await;
        for answered in answers {
            let error = answered.answer.unwrap_err();
            assert_eq!(error.code, "com.liveperson.faas.secret.not-found");
            assert!(matches!(answered.told.status, CallStatus::Refused { allow: None, .. }));
        }
        assert_eq!(masks.mask("given-away"), "•••••", "a refused value is a secret all the same");
    }
}
