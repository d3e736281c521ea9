//! The functions that need nothing of the world: digests, tokens, addresses, dates, patterns, tables.

use crate::runtime_kit::*;
use lambdeck::domain::{FailureKind, LambdaName, Run};
use lambdeck::runtime::{RunRequest, Runtime};
use serde_json::{Value, json};

async fn body(runtime: &Runtime, body: &str) -> Run {
    run(runtime, &format!("fn lambda(input) {{ {body} }}")).await
}

/// Runs each body and compares what it returns.
async fn each_returns(cases: &[(&str, Value)]) {
    let runtime = runtime();
    for (source, expected) in cases {
        assert_eq!(value(&body(&runtime, source).await), expected, "{source}");
    }
}

/// Runs each body, which must be refused with a message that says so.
async fn each_is_refused(cases: &[(&str, &str)]) {
    let runtime = runtime();
    for (source, says) in cases {
        let run = body(&runtime, source).await;
        let failure = failure(&run);
        assert_eq!(failure.kind, FailureKind::Script, "{source}: {failure:?}");
        assert!(failure.message.contains(says), "{source}: {}", failure.message);
    }
}

#[tokio::test]
async fn digests_are_those_of_everybody_else() {
    each_returns(&[
        (
            "crypto::sha256(\"abc\")",
            json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ),
        ("crypto::hash(\"sha1\", \"abc\")", json!("a9993e364706816aba3e25717850c26c9cd0d89d")),
        ("crypto::hash(\"sha512\", \"abc\", \"blob\").len()", json!(64)),
        (
            "crypto::hash(\"sha384\", blob(), \"base64\")",
            json!("OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"),
        ),
        // RFC 4231, test case 2, and RFC 2202, test case 2.
        (
            "crypto::hmac(\"sha256\", \"Jefe\", \"what do ya want for nothing?\")",
            json!("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ),
        (
            "crypto::hmac(\"sha1\", \"Jefe\", \"what do ya want for nothing?\", \"base64url\")",
            json!("7_zfauXrL6LSdBbV8YTfnCWafHk"),
        ),
        ("crypto::equal(\"a\", \"a\") && !crypto::equal(\"a\", \"b\")", json!(true)),
        ("crypto::equal(\"ab\", crypto::hex_decode(\"6162\", \"blob\"))", json!(true)),
        ("crypto::base64_decode(crypto::base64_encode(\"grüße\"))", json!("grüße")),
        ("crypto::base64url_encode(crypto::hex_decode(\"fbff\", \"blob\"))", json!("-_8")),
        ("crypto::hex_encode(\"ab\")", json!("6162")),
        ("crypto::random_bytes(33, \"blob\").len()", json!(33)),
        ("crypto::random_bytes(16) != crypto::random_bytes(16)", json!(true)),
    ])
    .await;
    each_is_refused(&[
        ("crypto::sha256(1)", "crypto::sha256: `data` is a string or a blob, this is an int"),
        (
            "crypto::sha256(\"a\", \"base32\")",
            "`encoding` is \"hex\", \"base64\", \"base64url\" or \"blob\"",
        ),
        ("crypto::hash(\"md5\", \"a\")", "`algorithm` is \"sha1\", \"sha256\""),
        ("crypto::base64_decode(\"a*b\")", "not base64: '*' does not belong to it"),
        ("crypto::hex_decode(\"ff\")", "is no text; ask for it `as` \"blob\""),
        ("crypto::hex_decode(\"ff\", \"bytes\")", "`as` is \"string\" or \"blob\""),
        ("crypto::random_bytes(0)", "`count` is 1 to 1024, this is 0"),
        ("crypto::random_bytes(1000000000000)", "`count` is 1 to 1024"),
    ])
    .await;
}

#[tokio::test]
async fn tokens_are_signed_and_verified() {
    let runtime = runtime();
    let pem = |name: &str| {
        let path = format!("{}/tests/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        format!("`{}`", std::fs::read_to_string(path).unwrap())
    };
    for (algorithm, private, public) in [
        ("HS256", "\"shared\"".to_owned(), "\"shared\"".to_owned()),
        ("RS256", pem("rsa_private"), pem("rsa_public")),
        ("ES256", pem("ec_private"), pem("ec_public")),
    ] {
        let source = format!(
            "let token = jwt::sign(#{{ sub: \"x\", aud: \"us\" }}, {private}, #{{ algorithm: \"{algorithm}\", expires_in: 60, key_id: \"k1\" }});
            let claims = jwt::verify(token, {public}, #{{ algorithms: [\"{algorithm}\"], audience: \"us\" }});
            let header = json::parse(crypto::base64url_decode(token.split(\".\")[0]));
            [claims.sub, claims.exp - claims.iat, header.alg, header.kid]"
        );
        let run = body(&runtime, &source).await;
        assert_eq!(value(&run), &json!(["x", 60, algorithm, "k1"]));
    }
    each_is_refused(&[
        (
            "jwt::verify(jwt::sign(#{}, \"k\", #{ expires_in: 0 }), \"k\")",
            "jwt::verify: the token is not valid: it expired",
        ),
        ("jwt::verify(\"a.b\", \"k\")", "it has 2 parts"),
        (
            "jwt::verify(\"a.b.c\", \"k\", #{ algorithm: \"none\" })",
            "`options.algorithms` is \"HS256\"",
        ),
        (
            "jwt::verify(\"a.b.c\", \"k\", #{ algorithms: [\"RS256\"] })",
            "`key` is a shared secret, which RS256 does not work with",
        ),
        (
            "jwt::sign(#{}, \"k\", #{ algorithmus: \"HS256\" })",
            "`options` has no field `algorithmus`; did you mean `algorithm`?",
        ),
        ("jwt::sign(#{ f: || 1 }, \"k\")", "`claims.f` is a function"),
        ("jwt::sign(\"x\", \"k\")", "`claims` is a map, this is a string"),
    ])
    .await;
}

#[tokio::test]
async fn requests_are_signed_as_oauth_1_wants_it() {
    let source = r#"
        let header = oauth1::header(#{
            method: "post", url: "https://api.example.com/a?b=c d", consumer_key: "ck", consumer_secret: "cs",
            token: "t", token_secret: "ts", signature_method: "HMAC-SHA256", form: #{ x: [1, true] },
        });
        // What a server does: it takes the header apart and signs the same.
        let fields = #{};
        for part in regex::captures_all(`(\w+)="([^"]*)"`, header) {
            fields[part.groups[0]] = url::decode(part.groups[1]);
        }
        let given = fields.remove("oauth_signature");
        fields.b = "c d";
        let parameters = [];
        for name in fields.keys() { parameters.push(url::encode(name) + "=" + url::encode(fields[name])); }
        parameters += ["x=1", "x=true"];
        parameters.sort();
        let joined = "";
        for it in parameters { joined += if joined == "" { it } else { "&" + it }; }
        let base = "POST&" + url::encode("https://api.example.com/a") + "&" + url::encode(joined);
        [crypto::hmac("sha256", "cs&ts", base, "base64") == given, fields.oauth_nonce.len, fields.oauth_version]
    "#;
    let run = body(&runtime(), source).await;
    assert_eq!(value(&run), &json!([true, 32, "1.0"]));
    each_is_refused(&[
        ("oauth1::header(#{})", "`request.url` is missing"),
        ("oauth1::header(#{ url: \"/a\" })", "`request.url` is no address: \"/a\""),
        ("oauth1::header(#{ url: \"https://a.example\" })", "`request.consumer_key` is missing"),
        (
            "oauth1::header(#{ url: \"https://a.example\", signature_method: \"PLAINTEXT\" })",
            "`request.signature_method` is \"HMAC-SHA1\" or \"HMAC-SHA256\"",
        ),
    ])
    .await;
}

#[tokio::test]
async fn addresses_come_apart_and_together() {
    each_returns(&[
        (
            "url::parse(\"HTTPS://ann:pw@Example.com:8443/a%20b/?x=1&y=%C3%BC&x=2#top\")",
            json!({
                "href": "https://ann:pw@example.com:8443/a%20b/?x=1&y=%C3%BC&x=2#top", "scheme": "https",
                "username": "ann", "password": "pw", "host": "example.com", "port": 8443,
                "path": "/a%20b/", "query": { "x": ["1", "2"], "y": "ü" }, "fragment": "top",
            }),
        ),
        (
            "url::parse(\"https://example.com\")",
            json!({
                "href": "https://example.com/", "scheme": "https", "host": "example.com",
                "port": 443, "path": "/",
            }),
        ),
        (
            "let a = \"https://ann:pw@example.com:8443/a%20b/?x=1&x=2#top\"; url::build(url::parse(a)) == a",
            json!(true),
        ),
        (
            "url::build(#{ host: \"example.com\", path: [\"a/b\", \"ü\", 7], query: #{ q: \"x y&z\", none: (), t: [1, 2] } })",
            json!("https://example.com/a%2Fb/%C3%BC/7?q=x+y%26z&t=1&t=2"),
        ),
        (
            "url::build(#{ scheme: \"http\", host: \"::1\".len.to_string() + \".example\", query: \"?a=b\" })",
            json!("http://3.example/?a=b"),
        ),
        ("url::join(\"https://example.com/a/b\", \"../c?d=1\")", json!("https://example.com/c?d=1")),
        ("url::encode(\"a b/ü?~\")", json!("a%20b%2F%C3%BC%3F~")),
        ("url::decode(\"a%20b+c\")", json!("a b+c")),
        ("url::query(#{ a: \"x y\", b: true, c: 1.5, d: () })", json!("a=x+y&b=true&c=1.5")),
        ("url::parse_query(\"?a=x+y&b&a=%26\")", json!({ "a": ["x y", "&"], "b": "" })),
    ])
    .await;
    each_is_refused(&[
        ("url::parse(\"example.com\")", "begins with its scheme, as in https://example.com"),
        ("url::parse(\"https://exa mple.com\")", "is no address: invalid"),
        ("url::build(#{ path: \"/\" })", "`parts.host` is missing"),
        ("url::build(#{ host: \"a/b\" })", "`parts.host` is no host of an address: \"a/b\""),
        ("url::build(#{ host: \"a\", scheme: \"ht tp\" })", "`parts.scheme` is no scheme"),
        ("url::build(#{ host: \"a\", port: 70000 })", "`parts.port` is no port"),
        ("url::build(#{ host: \"a\", path: [\"a\", \"..\"] })", "would lead elsewhere"),
        ("url::query(#{ a: #{} })", "`fields.a` is a string, a number or a bool, this is a map"),
        ("url::decode(\"%ff\")", "no UTF-8 text"),
    ])
    .await;
}

#[tokio::test]
async fn dates_know_calendars_and_zones() {
    each_returns(&[
        ("date::parse(\"2026-03-09\")", json!(1_773_014_400_000_i64)),
        ("date::parse(\"2026-03-09T08:30:00.118+01:00\")", json!(1_773_041_400_118_i64)),
        ("date::parse(\"Mon, 9 Mar 2026 07:30:00 GMT\")", json!(1_773_041_400_000_i64)),
        ("date::parse(\"2026-03-09 08:30\", (), \"Europe/Berlin\")", json!(1_773_041_400_000_i64)),
        (
            "date::parse(\"09.03.2026 08:30\", \"%d.%m.%Y %H:%M\", \"+01:00\")",
            json!(1_773_041_400_000_i64),
        ),
        ("date::format(1773041400118)", json!("2026-03-09T07:30:00.118Z")),
        (
            "date::format(1773041400118, (), \"America/New_York\")",
            json!("2026-03-09T03:30:00.118-04:00"),
        ),
        (
            "date::format(1773041400118, \"%a %d %b %Y %H:%M %Z\", \"Europe/Berlin\")",
            json!("Mon 09 Mar 2026 08:30 CET"),
        ),
        (
            "date::parts(1773041400118, \"Asia/Kolkata\")",
            json!({
                "year": 2026, "month": 3, "day": 9, "hour": 13, "minute": 0, "second": 0,
                "millisecond": 118, "weekday": 1, "week": 11, "day_of_year": 68, "offset_minutes": 330,
            }),
        ),
        ("date::format(date::of(#{ year: 2024, month: 2, day: 29 }))", json!("2024-02-29T00:00:00.000Z")),
        // The clocks go forward on 29 March 2026: a day later is 23 hours later there.
        (
            "let t = date::parse(\"2026-03-28T12:00\", (), \"Europe/Berlin\");
            [(date::add(t, #{ days: 1 }, \"Europe/Berlin\") - t) / 3600000, (date::add(t, #{ days: 1 }) - t) / 3600000]",
            json!([23, 24]),
        ),
        (
            "date::format(date::add(date::parse(\"2026-01-31\"), #{ months: 1, hours: -1 }), \"%F %R\")",
            json!("2026-02-27 23:00"),
        ),
        (
            "let a = date::parse(\"2024-02-29\"); let b = date::parse(\"2026-02-28\");
            [date::difference(a, b, \"years\"), date::difference(b, a, \"days\"), date::difference(a, b, \"hours\")]",
            json!([1, -730, 17_520]),
        ),
        (
            "let t = date::parse(\"2026-10-25T02:30+01:00\");
            [\"year\", \"month\", \"week\", \"day\", \"hour\", \"minute\"].map(|it| date::format(date::start_of(t, it, \"Europe/Berlin\"), \"%FT%R%:z\", \"Europe/Berlin\"))",
            json!([
                "2026-01-01T00:00+01:00", "2026-10-01T00:00+02:00", "2026-10-19T00:00+02:00",
                "2026-10-25T00:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00",
            ]),
        ),
    ])
    .await;
    each_is_refused(&[
        ("date::parse(\"tomorrow\")", "\"tomorrow\" is no date that is known without a format"),
        ("date::parse(\"31.02.2026\", \"%d.%m.%Y\")", "\"31.02.2026\" does not read as"),
        ("date::parse(\"2026-03-09\", (), \"Europe/Berlim\")", "is no time zone"),
        ("date::format(9223372036854775807)", "is no time in ms between the years"),
        ("date::format(0, \"%!\")", "\"%!\" is no format"),
        ("date::of(#{ year: 2026, month: 13 })", "month"),
        ("date::of(#{ year: 2026, month: 1300 })", "`parts.month` 1300 is in no date"),
        ("date::of(#{ month: 1 })", "`parts.year` is missing"),
        ("date::add(0, #{ day: 1 })", "`amounts` has no field `day`; did you mean `days`?"),
        ("date::add(0, #{ years: 9223372036854775807 })", "outside of the years"),
        ("date::add(0, #{ years: 9000 })", "outside of the years"),
        ("date::difference(0, 0, \"fortnights\")", "`unit` is \"years\", \"months\""),
    ])
    .await;
}

#[tokio::test]
async fn patterns_find_capture_and_replace() {
    each_returns(&[
        ("regex::test(`^\\d{5}$`, \"10115\")", json!(true)),
        ("[regex::find(`\\d+`, \"a12b3\"), regex::find(`x`, \"a\")]", json!(["12", null])),
        ("regex::find_all(`\\d+`, \"a12b3\")", json!(["12", "3"])),
        (
            "regex::captures(`(?<key>\\w+)=(\\d+)?`, \"ü: a=\")",
            json!({ "text": "a=", "start": 3, "end": 5, "groups": ["a", null], "named": { "key": "a" } }),
        ),
        ("regex::captures(`x`, \"a\")", json!(null)),
        (
            "regex::captures_all(`ü`, \"aüüb\").map(|it| [it.start, it.end])",
            json!([[1, 2], [2, 3]]),
        ),
        ("regex::replace(`(\\d+) EUR`, \"12 EUR, 3 EUR\", \"€ $1\")", json!("€ 12, € 3")),
        ("regex::split(`\\s*[,;]\\s*`, \"a, b;c\")", json!(["a", "b", "c"])),
        ("let n = 0; for i in 0..200 { if regex::test(`^` + i + `$`, i.to_string()) { n += 1; } } n", json!(200)),
    ])
    .await;
    each_is_refused(&[
        ("regex::test(`(a`, \"a\")", "regex::test: `pattern` \"(a\": unclosed group"),
        ("regex::test(`(\\w{1000}){1000}`, \"a\")", "`pattern` is too big"),
        ("regex::test(`a`, 1)", "`text` is a string, this is an int"),
    ])
    .await;
}

#[tokio::test]
async fn tables_are_read_and_written() {
    each_returns(&[
        (
            "csv::parse(\"\\ufeffname,note\\r\\nAnn,\\\"a, \\\"\\\"b\\\"\\\"\\nc\\\"\\n\")",
            json!([{ "name": "Ann", "note": "a, \"b\"\nc" }]),
        ),
        ("csv::parse(\"a;b\\n1;2;3\", #{ header: false, delimiter: \";\" })", json!([["a", "b"], ["1", "2", "3"]])),
        ("csv::parse(\"\")", json!([])),
        (
            "csv::write([#{ b: 1, a: \"x,y\" }, #{ c: (), b: 2.5 }])",
            json!("a,b,c\n\"x,y\",1,\n,2.5,\n"),
        ),
        (
            "csv::write([#{ b: 1, a: 2 }, [3, true]], #{ columns: [\"b\", \"a\"], delimiter: \"\\t\" })",
            json!("b\ta\n1\t2\n3\ttrue\n"),
        ),
        ("csv::write([[1]], #{ header: false })", json!("1\n")),
        ("let rows = [#{ a: \"x\\ny\", b: \"\\\"\" }]; csv::parse(csv::write(rows)) == rows", json!(true)),
    ])
    .await;
    each_is_refused(&[
        ("csv::parse(\"a,b\\n1\")", "line 2 has 1 cells, the header has 2"),
        ("csv::parse(\"a,a\\n1,2\")", "the header has \"a\" twice"),
        ("csv::parse(\"a\", #{ delimiter: \"::\" })", "`options.delimiter` is one character"),
        ("csv::write([1])", "`rows[0]` is a map or an array, this is an int"),
        ("csv::write([#{ a: #{} }])", "`rows[0].a` is a string, a number or a bool"),
    ])
    .await;
}

#[tokio::test]
async fn keywords_are_found_in_messages_of_every_form() {
    each_returns(&[
        (
            "conversation::scan_keywords([
                #{ text: \"REFUND or cancel\", sentBy: \"CONSUMER\", time: 7 }, \"all well\", \"Straße: refund\",
                #{ messageData: #{ msg: #{ text: \"cancel it\" } }, timeL: 9, sentBy: \"Agent\" },
                #{ messageData: #{ file: #{} } },
            ], [\"refund\", \"Cancel\"])",
            json!([
                { "message": "REFUND or cancel", "sentTimestamp": 7, "sentBy": "CONSUMER", "tag": "keywordRef:refund" },
                { "message": "REFUND or cancel", "sentTimestamp": 7, "sentBy": "CONSUMER", "tag": "keywordRef:Cancel" },
                { "message": "Straße: refund", "sentTimestamp": null, "sentBy": null, "tag": "keywordRef:refund" },
                { "message": "cancel it", "sentTimestamp": 9, "sentBy": "Agent", "tag": "keywordRef:Cancel" },
            ]),
        ),
        (
            "conversation::scan_keywords(#{ messageRecords: [#{ messageData: #{ msg: #{ text: \"x\" } } }] }, [\"x\"]).len()",
            json!(1),
        ),
        ("conversation::scan_keywords([\"a\"], [])", json!([])),
    ])
    .await;
    each_is_refused(&[
        ("conversation::scan_keywords([1], [\"a\"])", "`messages` is an array of maps or strings"),
        ("conversation::scan_keywords(1, [\"a\"])", "`messages` is an array, this is an int"),
        ("conversation::scan_keywords([], [\" \"])", "`words[0]` is empty"),
        ("conversation::scan_keywords([], \"a\")", "`words` is an array, this is a string"),
    ])
    .await;
}

#[tokio::test]
async fn a_call_that_asks_for_gigabytes_ends_that_run_only() {
    let runtime = runtime();
    let long = "let s = \"aaaaaaaaaaaaaaaa\"; for i in 0..16 { s += s; }";
    for call in [
        "regex::replace(`a`, s, s)",
        "regex::find_all(``, s + s + s + s + s + s + s + s)",
        "let m = []; m.pad(300, s); csv::write([m])",
        "let m = []; m.pad(300, s); url::query(#{ m: m })",
        "let m = []; m.pad(300, \"a\"); conversation::scan_keywords([s], m)",
    ] {
        let source = format!("fn lambda(input) {{ {long} {call}; 1 }}");
        let run = run(&runtime, &source).await;
        assert_eq!(failure(&run).kind, FailureKind::MemoryExceeded, "{call}");
        assert_eq!(value(&body(&runtime, "1").await), 1);
    }
}

#[tokio::test]
async fn what_is_cached_lives_on_in_the_same_process() {
    let runtime = runtime();
    let count = "let n = (cache::get(\"n\", #{ n: 0 })).n + 1; cache::set(\"n\", #{ n: n }, 60); n";
    for expected in 1..4 {
        assert_eq!(value(&body(&runtime, count).await), expected);
    }
    // A worker that ends takes nothing along: the host remembers.
    let crash = body(&runtime, "blob(4000000000)").await;
    assert_eq!(failure(&crash).kind, FailureKind::MemoryExceeded);
    assert_eq!(value(&body(&runtime, count).await), 4);
    let brief =
        "cache::set(\"t\", 1, 0.001); sleep(0.05); [cache::get(\"t\"), cache::get(\"t\", 7)]";
    assert_eq!(value(&body(&runtime, brief).await), &json!([null, 7]));
    assert_eq!(
        value(&body(&runtime, "cache::remove(\"n\"); cache::get(\"n\")").await),
        &json!(null)
    );
    let other = request("fn lambda(input) { cache::get(\"t\") }", "{}");
    let other = RunRequest { lambda: LambdaName::new("other").unwrap(), ..other };
    value(&body(&runtime, "cache::set(\"t\", 1, 60)").await);
    assert_eq!(value(&run_request(&runtime, other).await), &json!(null));
    each_is_refused(&[
        ("cache::set(\"k\", || 1, 1)", "`value` is a function"),
        ("cache::set(\"k\", 1, 0)", "`ttl` is above 0 and at most 86400 s"),
        ("cache::set(\"k\", 1, \"1\")", "`ttl` is a number of seconds, this is a string"),
        ("cache::set(\"k\", blob(200000, 7), 1)", "makes more than 262144 bytes of JSON"),
    ])
    .await;
}
