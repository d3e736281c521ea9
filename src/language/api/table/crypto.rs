//! Digests, keyed digests, and bytes as text.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction, Parameter};

/// Functions of digests and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum CryptoFunction {
    Sha256,
    Hash,
    Hmac,
    Equal,
    RandomBytes,
    Base64Encode,
    Base64Decode,
    Base64urlEncode,
    Base64urlDecode,
    HexEncode,
    HexDecode,
}

const DATA: Parameter = required("data", "string or blob");
const ENCODING: Parameter = optional("encoding", "string");
const DECODED: &[Parameter] = &[required("text", "string"), optional("as", "string")];

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Sha256),
        module: Some("crypto"),
        name: "sha256",
        parameters: &[DATA, ENCODING],
        returns: "string or blob",
        doc: "The SHA-256 digest, in small hex digits or as the encoding says: `hex`, `base64`, `base64url`, `blob`.",
        example: r#"crypto::sha256("hello")"#,
        errors: "Fails when the data is neither a string nor a blob, or the encoding is none of the four.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Hash),
        module: Some("crypto"),
        name: "hash",
        parameters: &[required("algorithm", "string"), DATA, ENCODING],
        returns: "string or blob",
        doc: "The digest by `sha1` (for old protocols only), `sha256`, `sha384` or `sha512`, encoded as with `crypto::sha256`.",
        example: r#"crypto::hash("sha512", "hello", "base64")"#,
        errors: "Fails when the algorithm or the encoding is not known, or the data neither a string nor a blob.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Hmac),
        module: Some("crypto"),
        name: "hmac",
        parameters: &[
            required("algorithm", "string"),
            required("key", "string or blob"),
            DATA,
            ENCODING,
        ],
        returns: "string or blob",
        doc: "The digest of the data under a key, by `sha1`, `sha256`, `sha384` or `sha512`, encoded as with `crypto::sha256`.",
        example: r#"crypto::hmac("sha256", "key", "hello", "base64")"#,
        errors: "Fails when the algorithm or the encoding is not known, or key or data is neither a string nor a blob.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Equal),
        module: Some("crypto"),
        name: "equal",
        parameters: &[required("left", "string or blob"), required("right", "string or blob")],
        returns: "bool",
        doc: "Whether both are the same, found out in a time that tells nothing of where they differ: for signatures and tokens.",
        example: r#"crypto::equal(crypto::hmac("sha256", "key", "body"), "0a1b")"#,
        errors: "Fails when one of them is neither a string nor a blob.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::RandomBytes),
        module: Some("crypto"),
        name: "random_bytes",
        parameters: &[required("count", "int"), ENCODING],
        returns: "string or blob",
        doc: "1 to 1,024 random bytes fit for keys and nonces, encoded as with `crypto::sha256`.",
        example: r#"crypto::random_bytes(16, "base64url")"#,
        errors: "Fails when the count is not an int from 1 to 1,024.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Base64Encode),
        module: Some("crypto"),
        name: "base64_encode",
        parameters: &[DATA],
        returns: "string",
        doc: "The bytes in base64, filled up with `=`.",
        example: r#"crypto::base64_encode("user:password")"#,
        errors: "Fails when the data is neither a string nor a blob.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Base64Decode),
        module: Some("crypto"),
        name: "base64_decode",
        parameters: DECODED,
        returns: "string or blob",
        doc: "What a base64 text stands for, as `string` or as `blob`. White space and a missing `=` do not matter.",
        example: r#"crypto::base64_decode("aGVsbG8=")"#,
        errors: "Fails when the text is not base64, or a string was wanted and the bytes are no UTF-8 text.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Base64urlEncode),
        module: Some("crypto"),
        name: "base64url_encode",
        parameters: &[DATA],
        returns: "string",
        doc: "The bytes in the base64 of tokens and addresses: `-` and `_` in place of `+` and `/`, no `=`.",
        example: r#"crypto::base64url_encode("hello??")"#,
        errors: "Fails when the data is neither a string nor a blob.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::Base64urlDecode),
        module: Some("crypto"),
        name: "base64url_decode",
        parameters: DECODED,
        returns: "string or blob",
        doc: "What a base64url text stands for, as `string` or as `blob`.",
        example: r#"crypto::base64url_decode("aGVsbG8_Pw")"#,
        errors: "Fails when the text is not base64url, or a string was wanted and the bytes are no UTF-8 text.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::HexEncode),
        module: Some("crypto"),
        name: "hex_encode",
        parameters: &[DATA],
        returns: "string",
        doc: "The bytes in small hex digits.",
        example: r#"crypto::hex_encode("hello")"#,
        errors: "Fails when the data is neither a string nor a blob.",
    },
    ApiFunction {
        function: HostFunction::Crypto(CryptoFunction::HexDecode),
        module: Some("crypto"),
        name: "hex_decode",
        parameters: DECODED,
        returns: "string or blob",
        doc: "What hex digits stand for, as `string` or as `blob`.",
        example: r#"crypto::hex_decode("68656c6c6f")"#,
        errors: "Fails when the text is not hex, or a string was wanted and the bytes are no UTF-8 text.",
    },
];
