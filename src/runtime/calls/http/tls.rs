//! TLS: whom to trust, and the certificate of one's own.

use crate::domain::{Identity, Reach};
use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The authorities that are trusted, read once.
#[derive(Clone, Default)]
pub(super) struct Tls {
    roots: Arc<OnceCell<Arc<RootCertStore>>>,
}

impl Tls {
    /// Trusts nobody; for connections that have no TLS.
    pub(super) fn none() -> Result<ClientConfig, String> {
        Ok(builder(RootCertStore::empty().into())?.with_no_client_auth())
    }

    /// Trusts the system's authorities and those of `reach`, and shows `identity`.
    pub(super) async fn config(
        &self,
        reach: Arc<Reach>,
        identity: Option<Identity>,
    ) -> Result<ClientConfig, String> {
        let roots = self
            .roots
            .get_or_try_init(|| async {
                let read = tokio::task::spawn_blocking(move || roots(&reach)).await;
                read.map_err(|error| error.to_string())?.map(Arc::new)
            })
            .await?;
        let builder = builder(Arc::clone(roots))?;
        let mut config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let read = tokio::task::spawn_blocking(move || show(builder, &identity)).await;
                read.map_err(|error| error.to_string())??
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// TLS that trusts the system's authorities and those of `reach`, for whoever sends something that no lambda asked for.
pub async fn trusting(reach: Arc<Reach>) -> Result<ClientConfig, String> {
    Tls::default().config(reach, None).await
}

fn builder(
    roots: Arc<RootCertStore>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be used: {error}"))?;
    Ok(builder.with_root_certificates(roots))
}

/// The system's authorities, as far as they can be read, and those of the files.
fn roots(reach: &Reach) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for path in &reach.authorities {
        for certificate in certificates(path)? {
            roots.add(certificate).map_err(|error| {
                format!("{} holds a certificate that cannot be trusted: {error}", path.display())
            })?;
        }
    }
    Ok(roots)
}

fn show(
    builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    identity: &Identity,
) -> Result<ClientConfig, String> {
    let chain = certificates(&identity.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&identity.key).map_err(|error| {
        format!("no private key can be read from {}: {error}", identity.key.display())
    })?;
    builder.with_client_auth_cert(chain, key).map_err(|error| {
        format!("{} and its key do not go together: {error}", identity.certificate.display())
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |why: String| format!("no certificate can be read from {}: {why}", path.display());
    let read = CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
    let all: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?;
    if all.is_empty() { Err(wrong("there is none in it".to_owned())) } else { Ok(all) }
}
