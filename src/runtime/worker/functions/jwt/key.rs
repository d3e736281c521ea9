//! Keys and what they sign.
//!
//! A key that comes as PEM is asymmetric and never taken for a shared secret: otherwise whoever knows a public key could
//! sign with it.

use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::{PemObject, SectionKind};
use spki::ObjectIdentifier;
use spki::SubjectPublicKeyInfoRef;
use spki::der::Decode;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// How a token is signed (RFC 7518, section 3.1); `none` is no way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Es256,
}

impl Algorithm {
    pub(super) const NAMES: &[(&'static str, Self)] = &[
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
        ("RS256", Self::Rs256),
        ("ES256", Self::Es256),
    ];

    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, it)| *it == self).map_or("", |(name, _)| name)
    }

    fn hmac(self) -> Option<hmac::Algorithm> {
        match self {
            Self::Hs256 => Some(hmac::HMAC_SHA256),
            Self::Hs384 => Some(hmac::HMAC_SHA384),
            Self::Hs512 => Some(hmac::HMAC_SHA512),
            Self::Rs256 | Self::Es256 => None,
        }
    }
}

fn is_pem(key: &[u8]) -> bool {
    key.trim_ascii_start().starts_with(b"-----BEGIN")
}

/// Signs `message` with a shared secret or a private key in PEM.
pub(super) fn sign(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let name = algorithm.name();
    if let Some(hmac) = algorithm.hmac() {
        check_secret(name, key)?;
        return Ok(hmac::sign(&hmac::Key::new(hmac, key), message).as_ref().to_vec());
    }
    let der = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
        format!(
            "`key` is no private key; {name} signs with one in PEM, `-----BEGIN PRIVATE KEY-----`"
        )
    })?;
    let random = SystemRandom::new();
    let refused = |reason: String| format!("`key` cannot sign {name}: {reason}");
    if algorithm == Algorithm::Es256 {
        let PrivateKeyDer::Pkcs8(der) = der else {
            return Err(refused(
                "write it as PKCS#8, by `openssl pkcs8 -topk8 -nocrypt`".to_owned(),
            ));
        };
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            der.secret_pkcs8_der(),
            &random,
        )
        .map_err(|error| refused(format!("it is no P-256 key ({error})")))?;
        let signature = pair.sign(&random, message).map_err(|error| refused(error.to_string()))?;
        return Ok(signature.as_ref().to_vec());
    }
    let pair = match &der {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
        _ => return Err(refused("it is no RSA key".to_owned())),
    }
    .map_err(|error| refused(format!("it is no RSA key of 2048 to 4096 bits ({error})")))?;
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
        .map_err(|error| refused(error.to_string()))?;
    Ok(signature)
}

fn check_secret(name: &str, key: &[u8]) -> Result<(), String> {
    if is_pem(key) {
        return Err(format!("`key` is a key in PEM, but {name} signs with a shared secret"));
    }
    if key.is_empty() {
        return Err("`key` is empty".to_owned());
    }
    Ok(())
}

/// What a token is checked against.
pub(super) enum VerifyingKey {
    /// A secret that both sides share.
    Secret(Vec<u8>),
    /// An RSA public key, in the form of PKCS#1.
    Rsa(Vec<u8>),
    /// A point on the curve P-256.
    P256(Vec<u8>),
}

impl VerifyingKey {
    pub(super) fn read(key: &[u8]) -> Result<Self, String> {
        if !is_pem(key) {
            check_secret("it", key)?;
            return Ok(Self::Secret(key.to_vec()));
        }
        let (kind, der) = <(SectionKind, Vec<u8>)>::from_pem_slice(key)
            .map_err(|error| format!("`key` begins as PEM but cannot be read: {error}"))?;
        if kind != SectionKind::PublicKey {
            return Err(
                "`key` is no public key: tokens are checked with `-----BEGIN PUBLIC KEY-----`, \
                 made by `openssl pkey -pubout` from a private key, `openssl x509 -pubkey` from a certificate"
                    .to_owned(),
            );
        }
        let info = SubjectPublicKeyInfoRef::from_der(&der)
            .map_err(|error| format!("`key` is a damaged public key: {error}"))?;
        let bits = info.subject_public_key.raw_bytes().to_vec();
        match (info.algorithm.oid, info.algorithm.parameters_oid()) {
            (RSA, _) => Ok(Self::Rsa(bits)),
            (ELLIPTIC, Ok(P256)) => Ok(Self::P256(bits)),
            _ => Err("`key` is neither an RSA key nor one of the curve P-256".to_owned()),
        }
    }

    /// The algorithms that this key is made for.
    pub(super) fn algorithms(&self) -> &'static [Algorithm] {
        match self {
            Self::Secret(_) => &[Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512],
            Self::Rsa(_) => &[Algorithm::Rs256],
            Self::P256(_) => &[Algorithm::Es256],
        }
    }

    /// Says that `algorithm` cannot be used with this key.
    pub(super) fn does_not_fit(&self, algorithm: Algorithm) -> String {
        let what = match self {
            Self::Secret(_) => "a shared secret",
            Self::Rsa(_) => "an RSA public key",
            Self::P256(_) => "a public key of the curve P-256",
        };
        format!("`key` is {what}, which {} does not work with", algorithm.name())
    }

    /// Whether `signature` was made of `message` by `algorithm` with the other half of this key.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let public = |algorithm: &'static dyn signature::VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
        };
        match (self, algorithm.hmac(), algorithm) {
            (Self::Secret(secret), Some(hmac), _) => {
                hmac::verify(&hmac::Key::new(hmac, secret), message, signature).is_ok()
            }
            (Self::Rsa(key), None, Algorithm::Rs256) => public(&RSA_PKCS1_2048_8192_SHA256, key),
            (Self::P256(key), None, Algorithm::Es256) => public(&ECDSA_P256_SHA256_FIXED, key),
            _ => false,
        }
    }
}
