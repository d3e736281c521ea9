//! How a connection comes by its token (OAuth 2).

use super::request::{exchange, failed};
use super::{Access, Fields, Refusal, Session, map_of};
use crate::runtime::protocol::CallError;
use crate::runtime::protocol::http::{HttpBody, HttpCall};

/// Where tokens are had when the script does not say.
const LOGIN_URL: &str = "https://login.salesforce.com";

/// What a token is given for.
#[derive(Clone)]
pub(super) struct Grant {
    login_url: String,
    /// The fields of the form that asks for it.
    form: Vec<(String, String)>,
}

impl Grant {
    /// The grant that the settings are enough for, if any.
    pub(super) fn of(fields: &Fields) -> Result<Option<Self>, Refusal> {
        let login_url = fields.text("login_url")?;
        let client = |needs_secret: bool| -> Result<Vec<(String, String)>, Refusal> {
            let mut form = vec![("client_id".to_owned(), fields.needed_text("client_id")?)];
            let secret = if needs_secret {
                Some(fields.needed_text("client_secret")?)
            } else {
                fields.text("client_secret")?
            };
            form.extend(secret.map(|secret| ("client_secret".to_owned(), secret)));
            Ok(form)
        };
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut form = if let Some(token) = fields.text("refresh_token")? {
            // A token pair is enough as long as the access token is accepted.
            if fields.get("client_id").is_none() && fields.get("access_token").is_some() {
                return Ok(None);
            }
            let mut form = client(false)?;
            form.push(pair("grant_type", "refresh_token".to_owned()));
            form.push(pair("refresh_token", token));
            form
        } else if let Some(user) = fields.text("username")? {
            let mut form = client(true)?;
            form.push(pair("grant_type", "password".to_owned()));
            form.push(pair("username", user));
            form.push(pair("password", fields.needed_text("password")?));
            form
        } else if fields.get("client_secret").is_some() {
            let mut form = client(true)?;
            form.push(pair("grant_type", "client_credentials".to_owned()));
            if login_url.is_none() {
                let reason = "`settings.login_url` is missing: client credentials are good at your own domain only, as https://mycompany.my.salesforce.com";
                return Err(Refusal::Because(reason.to_owned()));
            }
            form
        } else if fields.get("access_token").is_some() {
            return Ok(None);
        } else {
            let reason = "`settings` has neither an `access_token`, nor a `refresh_token`, nor `client_id` and `client_secret`, nor `username` and `password`";
            return Err(Refusal::Because(reason.to_owned()));
        };
        form.sort();
        let login_url = login_url.unwrap_or_else(|| LOGIN_URL.to_owned());
        Ok(Some(Self { login_url: login_url.trim_end_matches('/').to_owned(), form }))
    }
}

impl Access {
    /// Asks for a token by the grant, which there must be.
    pub(super) fn authorise(&mut self, session: &Session) -> Result<(), Refusal> {
        let Some(grant) = &self.grant else {
            return Err(Refusal::Because("there is nothing to get a token for".to_owned()));
        };
        let call = HttpCall {
            method: "POST".to_owned(),
            url: format!("{}/services/oauth2/token", grant.login_url),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: HttpBody::Form(grant.form.clone()),
            redirects: Some(0),
            ..HttpCall::default()
        };
        let answer = exchange(session, &call)?;
        if answer.is_dry {
            let message = "this run is a dry one, so that no token was asked for; run it live, or connect with an `access_token`";
            return Err(Refusal::Failed(CallError::new("salesforce.dry", message)));
        }
        if !answer.is_ok() {
            return Err(failed(&answer, "gave no token"));
        }
        let fields = map_of(&answer.into_value(), "the answer")?;
        let text = |name: &str| fields.get(name).and_then(|it| it.clone().into_string().ok());
        self.access_token = text("access_token")
            .ok_or_else(|| Refusal::Because("the answer holds no access token".to_owned()))?;
        // Refresh tokens may be exchanged for new ones at each use.
        if let Some(token) = text("refresh_token") {
            if let Some(grant) = &mut self.grant
                && let Some(known) = grant.form.iter_mut().find(|(name, _)| name == "refresh_token")
            {
                known.1.clone_from(&token);
            }
            self.refresh_token = Some(token);
        }
        if let Some(url) = text("instance_url") {
            url.trim_end_matches('/').clone_into(&mut self.instance_url);
        }
        if self.instance_url.is_empty() {
            let reason = "the answer names no instance; give `settings.instance_url`";
            return Err(Refusal::Because(reason.to_owned()));
        }
        Ok(())
    }
}
