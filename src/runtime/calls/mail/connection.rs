//! The conversation with a mail server.

use super::Failed;
use super::message::Letter;
use crate::domain::{MailSecurity, Reach, Target};
use crate::runtime::protocol::mail::SmtpServer;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long one address may take to answer.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// The way to a server.
pub(super) struct Route<'a> {
    pub(super) target: &'a Target,
    pub(super) reach: &'a Arc<Reach>,
    pub(super) server: &'a SmtpServer,
}

impl Route<'_> {
    /// Hands `letter` over to the server at one of `addresses`, or only logs in; what it says to that.
    pub(super) async fn hand_over(
        &self,
        addresses: &[IpAddr],
        letter: Option<&Letter>,
    ) -> Result<String, Failed> {
        let mut connection = self.connect(addresses).await?;
        if let Some((user, password)) = &self.server.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            let login = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            login.map_err(|error| self.failed("mail.login", "did not take the login", &error))?;
        }
        let response = match letter {
            Some(letter) => {
                let sent = connection.send(&letter.envelope, &letter.bytes).await;
                said(&sent.map_err(|error| {
                    let code = if error.is_transient() { "mail.later" } else { "mail.refused" };
                    self.failed(code, "did not take the mail", &error)
                })?)
            }
            None if connection.test_connected().await => "ready".to_owned(),
            None => {
                let message = format!("{} closed the connection", self.place());
                return Err(Failed::Because("mail.connect", message));
            }
        };
        // The mail is handed over; how the connection ends changes nothing.
        let _ = connection.quit().await;
        Ok(response)
    }

    /// Connects to the first address that answers. Names play no part in it but for TLS.
    async fn connect(&self, addresses: &[IpAddr]) -> Result<AsyncSmtpConnection, Failed> {
        let tls = match self.server.security {
            MailSecurity::None => None,
            MailSecurity::Tls | MailSecurity::StartTls => Some(self.tls().await?),
        };
        let wrapper = tls.clone().filter(|_| self.server.security == MailSecurity::Tls);
        let (mut failure, name) = (None, ClientId::default());
        for address in addresses {
            let address = SocketAddr::new(*address, self.target.port());
            let connecting = AsyncSmtpConnection::connect_tokio1(
                address,
                Some(CONNECT_PATIENCE),
                &name,
                wrapper.clone(),
                None,
            );
            match tokio::time::timeout(CONNECT_PATIENCE, connecting).await {
                Ok(Ok(connection)) => return self.upgrade(connection, tls).await,
                Ok(Err(error)) => {
                    failure = Some(self.failed("mail.connect", "cannot be used", &error));
                }
                Err(_) => {
                    let message = format!("{} does not answer", self.place());
                    failure = Some(Failed::Because("mail.connect", message));
                }
            }
        }
        Err(failure.unwrap_or_else(|| {
            Failed::Because("mail.connect", format!("{} has no address", self.place()))
        }))
    }

    async fn upgrade(
        &self,
        mut connection: AsyncSmtpConnection,
        tls: Option<TlsParameters>,
    ) -> Result<AsyncSmtpConnection, Failed> {
        let Some(tls) = tls.filter(|_| self.server.security == MailSecurity::StartTls) else {
            return Ok(connection);
        };
        if !connection.can_starttls() {
            let message = format!(
                "{} offers no STARTTLS; set `secure` to \"tls\", or to \"none\" on your own machine",
                self.place()
            );
            return Err(Failed::Because("mail.tls", message));
        }
        let upgraded = connection.starttls(tls, &ClientId::default()).await;
        upgraded.map_err(|error| self.failed("mail.tls", "cannot be used", &error))?;
        Ok(connection)
    }

    /// Trusts the system's authorities and the workspace's, for the name and not for the address.
    async fn tls(&self) -> Result<TlsParameters, Failed> {
        let (host, authorities) = (self.target.host(), self.reach.authorities.clone());
        let read = tokio::task::spawn_blocking(move || parameters(host, &authorities)).await;
        let read = read.map_err(|error| error.to_string()).and_then(|read| read);
        read.map_err(|why| Failed::Because("mail.tls", why))
    }

    fn place(&self) -> String {
        format!("{}:{}", self.target.host(), self.target.port())
    }

    fn failed(&self, code: &'static str, what: &str, error: &Error) -> Failed {
        let code = if error.is_timeout() { "mail.timeout" } else { code };
        let mut message = format!("{} {what}: {error}", self.place());
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            let text = deeper.to_string();
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            cause = deeper.source();
        }
        Failed::Because(code, message)
    }
}

fn parameters(host: String, authorities: &[PathBuf]) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host);
    for path in authorities {
        let pem = std::fs::read(path).map_err(|error| {
            format!("no certificate can be read from {}: {error}", path.display())
        })?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|error| format!("{} holds no certificate: {error}", path.display()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|error| format!("TLS cannot be used: {error}"))
}

/// What the server said, on one line.
fn said(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), text.join(" "))
}
