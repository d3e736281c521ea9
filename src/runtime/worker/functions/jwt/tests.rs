use super::*;

const SECRET: &[u8] = b"a secret that both of us share and that is long enough for sha512 too!";

/// Made by another library, `PyJWT` 2, with the keys in `tests/keys`.
const FOREIGN: [(&str, &str); 5] = [
    (
        "HS256",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3ZDJmMGI3ZSIsIm4iOjF9.8BTSDDLhjfbrbEBedxCG-GpJMOBk_XYC06urrw0mdNA",
    ),
    (
        "HS384",
        "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3ZDJmMGI3ZSIsIm4iOjF9.hcpSEYHBxp3QrirYrlnFMl9_YwT2ZHW6UwM7geti04f-p7b0TIaSxlyVKADND6os",
    ),
    (
        "HS512",
        "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3ZDJmMGI3ZSIsIm4iOjF9.Pt77CspLZqRpvXrwahSui7lv6ZA44jPMauqPomiV1zKq60IcR03UIP3lF46UnEGgnxu-KF1eVWuMNJ5rykBBiQ",
    ),
    (
        "RS256",
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3ZDJmMGI3ZSIsIm4iOjF9.0D8B6qnDJtzhM9uDwbCh_3537rdp6cA0SHqiCd4NkVJWaa9nZAsYbUD1O_0btF-d6t4TP3u6siapGgCoswf5FXxlu2zLtN47MVfmtf1_aSEnIap2BUkhZW5lGVObumjCWNF04Jab3RtDS_irxJytyWDrrhEadarDJC5-2vjdfQ0Jc4jSBYfUsJa5SwAfDv7WHNiDAyZ_KzUt_fh7BOQUNID9E4BrDFLubUZoMatpXoyqauKpLX1PT_4z7ps1v7uQID9Xs6OLesLVEhaWUrUlVStiZLls3Vd7FXvDQl4wyWxDLEqZq63cPA8pu_kMVlIl29TkR_Sckkjf6iAxpCrE5g",
    ),
    (
        "ES256",
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3ZDJmMGI3ZSIsIm4iOjF9.iY8Ufq4v27MwkqcbasWvk7TWlrZdVNMGbnoYU9kUcSWkDPuKCy4kOdrt7gDI3PbMn8cYcGwKJjPTaodHQivNZw",
    ),
];
const UNSIGNED: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiI3ZDJmMGI3ZSIsIm4iOjF9.";
/// Signed by HS256 with the text of the RSA public key.
const CONFUSED: &str = "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCJ9.eyJzdWIiOiAiN2QyZjBiN2UiLCAibiI6IDF9.hocBVHBaF_mFbwI3fGgMpvbwFoSDbGms7BtN_sZFM-4";

macro_rules! pem {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/", $name, ".pem"))
    };
}

fn read(key: &[u8]) -> VerifyingKey {
    VerifyingKey::read(key).unwrap_or_else(|error| panic!("{error}"))
}

fn verifying(algorithm: &str) -> VerifyingKey {
    match algorithm {
        "RS256" => read(pem!("rsa_public")),
        "ES256" => read(pem!("ec_public")),
        _ => read(SECRET),
    }
}

fn check(token: &str, key: &VerifyingKey) -> Result<String, String> {
    verified(token, key, key.algorithms()).map_err(|refusal| match refusal {
        Refusal::Because(reason) => reason,
        Refusal::Failed(_) | Refusal::Status(_) | Refusal::Stopped => panic!("it asks nobody"),
    })
}

#[test]
fn tokens_of_another_library_are_valid() {
    for (algorithm, token) in FOREIGN {
        let claims = check(token, &verifying(algorithm)).unwrap();
        assert_eq!(claims, r#"{"sub":"7d2f0b7e","n":1}"#, "{algorithm}");
    }
}

#[test]
fn what_is_signed_here_verifies_and_every_changed_byte_is_noticed() {
    let private = [
        (Algorithm::Hs512, SECRET, SECRET),
        (Algorithm::Rs256, &pem!("rsa_private")[..], &pem!("rsa_public")[..]),
        (Algorithm::Rs256, pem!("rsa_private_pkcs1"), pem!("rsa_public")),
        (Algorithm::Es256, pem!("ec_private"), pem!("ec_public")),
    ];
    for (algorithm, private, public) in private {
        let mut signature = key::sign(algorithm, private, b"message").unwrap();
        let public = read(public);
        assert!(public.verifies(algorithm, b"message", &signature));
        assert!(!public.verifies(algorithm, b"massage", &signature));
        for index in 0..signature.len() {
            signature[index] ^= 1;
            assert!(!public.verifies(algorithm, b"message", &signature));
            signature[index] ^= 1;
        }
        assert!(!public.verifies(algorithm, b"message", &signature[1..]));
        assert!(!public.verifies(algorithm, b"message", b""));
    }
}

#[test]
fn the_key_decides_the_algorithm_not_the_token() {
    let rsa = verifying("RS256");
    for (token, says) in [
        (CONFUSED, "its algorithm is \"HS256\", accepted is RS256"),
        (UNSIGNED, "its algorithm is \"none\", accepted is RS256"),
        (FOREIGN[4].1, "its algorithm is \"ES256\", accepted is RS256"),
    ] {
        let error = check(token, &rsa).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
    let error = check(UNSIGNED, &read(SECRET)).unwrap_err();
    assert!(error.contains("accepted is HS256, HS384 or HS512"), "{error}");
    // Even an algorithm that the token and the caller agree on needs a key of its kind.
    assert!(!rsa.verifies(Algorithm::Hs256, b"message", b"signature"));
    assert!(!rsa.verifies(Algorithm::Es256, b"message", &[0; 64]));
}

#[test]
fn damaged_tokens_are_refused_with_the_reason() {
    let [head, claims, signature] = FOREIGN[0].1.split('.').collect::<Vec<_>>()[..] else {
        panic!()
    };
    let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    let critical = encode(r#"{"alg":"HS256","crit":["exp"]}"#);
    for (token, says) in [
        (String::new(), "it has 1 parts"),
        (format!("{head}.{claims}"), "it has 2 parts"),
        (format!("{head}.{claims}.{signature}."), "it has 4 parts"),
        (format!("{head}.{claims}."), "signature does not fit"),
        (format!("{head}.{claims}.{signature}="), "its signature is not base64url"),
        (format!("{head}.{}.{signature}", encode("{}")), "signature does not fit"),
        (format!("{}.{claims}.{signature}", encode("[]")), "header is no map"),
        (format!("{}.{claims}.{signature}", encode("{}")), "its algorithm is \"\""),
        (format!("{critical}.{claims}.{signature}"), "`crit`"),
        ("a".repeat(TOKEN_BYTES + 1), "longer than"),
    ] {
        let error = check(&token, &read(SECRET)).unwrap_err();
        assert!(error.starts_with("the token is not valid: ") && error.contains(says), "{error}");
    }
    assert!(check(FOREIGN[0].1, &read(b"another secret")).is_err());
}

#[test]
fn keys_that_do_not_fit_are_refused_with_what_would() {
    for (key, says) in [
        (&b""[..], "empty"),
        (pem!("rsa_private"), "no public key"),
        (pem!("ec384_public"), "neither an RSA key nor one of the curve P-256"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "damaged"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n", "cannot be read"),
    ] {
        let error = VerifyingKey::read(key).err().unwrap();
        assert!(error.contains(says), "{error}");
    }
    for (algorithm, key, says) in [
        (Algorithm::Hs256, &b""[..], "empty"),
        (Algorithm::Hs256, pem!("rsa_public"), "signs with a shared secret"),
        (Algorithm::Rs256, b"secret", "no private key"),
        (Algorithm::Rs256, pem!("rsa_public"), "no private key"),
        (Algorithm::Rs256, pem!("ec_private"), "no RSA key"),
        (Algorithm::Es256, pem!("rsa_private"), "no P-256 key"),
        (Algorithm::Es256, pem!("ec_private_sec1"), "openssl pkcs8"),
    ] {
        let error = key::sign(algorithm, key, b"message").unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn claims_say_when_and_for_whom_a_token_is_valid() {
    let nobody = || Expected { audience: None, issuer: None, leeway_s: 0 };
    let me = || Expected { audience: Some("me".into()), ..nobody() };
    let lenient = || Expected { leeway_s: 10, ..nobody() };
    let from = || Expected { issuer: Some("them".into()), ..nobody() };
    for (claims, expected, says) in [
        ("{}", nobody(), ""),
        (r#"{"exp":101,"nbf":100}"#, nobody(), ""),
        (r#"{"exp":100}"#, nobody(), "it expired 1970-01-01T00:01:40Z"),
        (r#"{"exp":99.5}"#, lenient(), ""),
        (r#"{"exp":90}"#, lenient(), "it expired"),
        (r#"{"nbf":101}"#, nobody(), "not valid before"),
        (r#"{"nbf":110}"#, lenient(), ""),
        (r#"{"exp":"never"}"#, nobody(), "`exp` is no number"),
        (r#"{"exp":null}"#, nobody(), "`exp` is no number"),
        (r#"{"exp":-1e300}"#, nobody(), "it expired"),
        (r#"{"aud":"me"}"#, me(), ""),
        (r#"{"aud":["you","me"]}"#, me(), ""),
        (r#"{"aud":["you"]}"#, me(), "it is for \"you\", not for \"me\""),
        ("{}", me(), "does not say that it is for"),
        (r#"{"aud":"you"}"#, nobody(), "say with `audience`"),
        (r#"{"aud":[]}"#, nobody(), "it is for nobody"),
        (r#"{"iss":"them"}"#, from(), ""),
        (r#"{"iss":"others"}"#, from(), "it is from \"others\""),
        ("{}", from(), "does not say that it is from"),
    ] {
        let map: Map = serde_json::from_str(claims).unwrap();
        let checked = expected.check(&map, 100);
        assert_eq!(checked.is_ok(), says.is_empty(), "{claims}: {checked:?}");
        assert!(checked.err().unwrap_or_default().contains(says), "{claims}");
    }
}
