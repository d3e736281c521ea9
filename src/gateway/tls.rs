//! The certificate that the door shows.

use super::GatewayError;
use crate::domain::ServerCertificate;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

/// How to answer those who connect by TLS.
pub(super) fn config(certificate: &ServerCertificate) -> Result<Arc<ServerConfig>, GatewayError> {
    let chain = chain(&certificate.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&certificate.key)
        .map_err(|error| unreadable("private key", &certificate.key, &error.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| GatewayError::Certificate {
            message: format!(
                "{} and {} do not go together: {error}",
                certificate.certificate.display(),
                certificate.key.display()
            ),
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, GatewayError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = read.map_err(|error| unreadable("certificate", path, &error.to_string()))?;
    if chain.is_empty() {
        return Err(unreadable("certificate", path, "there is none in it"));
    }
    Ok(chain)
}

fn unreadable(what: &str, path: &Path, why: &str) -> GatewayError {
    GatewayError::Certificate {
        message: format!("no {what} can be read from {}: {why}", path.display()),
    }
}
