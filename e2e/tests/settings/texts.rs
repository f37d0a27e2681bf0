//! What may stand in a setting.

use fastrand::Rng;

/// Signs that mean something in an address, a header, a file, a log line.
const SIGNS: &str = "/#?@%:\\\"' \n\t&=;+$,[]{}<>|^`~!*()";

/// Values at the edge of what can be read.
const EDGES: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "-1",
    "00",
    "+5",
    "3.5",
    "1e999",
    "NaN",
    "inf",
    "-0.0",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "true",
    "none",
    "null",
    "auto",
    "0x10",
    "1_000",
    "http://",
    "http://[",
    "http://h:99999",
    "https://127.0.0.1:9",
    "http://127.0.0.1:9/a/b?c#d",
    "ftp://h",
    "mailto:a@b",
    "file:///",
    "postgres://",
    "postgres://h",
    "postgres:///",
    "postgres://h:1/d?sslmode=no",
    "postgresql://127.0.0.1:9/%FF",
    "postgres://127.0.0.1:0/d",
    "sqlite:",
    "sqlite://",
    "sqlite::memory:",
    "sqlite:///",
    "sqlite:///nowhere/at/all.db",
    "sqlite:///proc/self/mem",
    "sqlite://%00",
    "sqlite:///tmp?mode=ro",
    "mysql://h/d",
    "/",
    ".",
    "..",
    "/dev/null",
    "/nowhere",
    "/proc/self/environ",
    "~",
    "a,b",
    ",",
    ",,",
    "[a]",
    "a b",
    "a;b",
    "{}",
    "[]",
    "*",
    "2026-05-01",
    "2026-13-01",
    "9999-12-31",
    "0000-01-01",
    "-262143-01-01",
    "+262142-12-31",
    "262142-12-31T23:59:59Z",
    "9999-12-31T23:59:59.9999999Z",
    "1970-01-01T00:00:00+14:00",
    "Europe/Berlin",
    "UTC",
    "Mars/Olympus",
    "de",
    "en-GB",
    "xx",
    "*.example.org",
    "127.0.0.1:0",
    "[::1]:80",
    "0.0.0.0:99999",
    ":80",
    "localhost",
    "172d5ed0-9986-4ab4-8e3a-3432b94b57a3",
    "172d5ed0-9986-4ab4-8e3a-3432b94b57a3, 6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21",
    "[172d5ed0-9986-4ab4-8e3a-3432b94b57a3]",
    "bigquery",
    "lake",
    "create",
    "test",
    "republish",
    "retry",
    "keep",
    "drop",
    "pseudonymise",
    "own",
    "ours",
    "query",
    "header",
    "since",
    "range",
    "info,store=debug",
    "===",
    "trace",
    "grpc",
    "äöü",
    "日本",
    "🦀",
    "\u{feff}x",
    "a\u{301}",
    "\u{202e}x",
];

/// Any text, but for the one sign that no variable can hold.
pub(crate) fn anything(rng: &mut Rng) -> String {
    match rng.u8(0..6) {
        0..=2 => EDGES[rng.usize(..EDGES.len())].to_owned(),
        3 => {
            let edge = EDGES[rng.usize(..EDGES.len())];
            format!("{edge}{}{edge}", sign(rng))
        }
        4 => (0..rng.usize(1..40)).map(|_| if rng.bool() { sign(rng) } else { rng.alphanumeric() }).collect(),
        _ => "x".repeat(rng.usize(1..20_000)),
    }
}

fn sign(rng: &mut Rng) -> char {
    let signs: Vec<char> = SIGNS.chars().collect();
    signs[rng.usize(..signs.len())]
}

/// A secret: two parts that are found in whatever form it is printed, with signs before, between and behind them.
pub(crate) struct Secret {
    parts: [String; 2],
    text: String,
}

impl Secret {
    pub(crate) fn some(rng: &mut Rng) -> Self {
        let mut part = || format!("{}hush{}", rng.alphabetic(), rng.u32(1_000_000..9_999_999));
        let parts = [part(), part()];
        let mut signs = || if rng.u8(0..3) == 0 { String::new() } else { sign(rng).to_string() };
        let (before, between, behind) = (signs(), signs(), signs());
        let digits = if rng.u8(0..4) == 0 { "12" } else { "" };
        let text = format!("{digits}{before}{}{between}{}{behind}", parts[0], parts[1]);
        Self { parts, text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(String::as_str)
    }
}
