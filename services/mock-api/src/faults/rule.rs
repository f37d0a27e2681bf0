//! What goes wrong, where and how often.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Rule {
    /// Path; with `*` at its end, all that begin so.
    pub(crate) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// So many requests pass first.
    #[serde(default)]
    pub(crate) skip: u32,
    /// So many requests are hit then; 0 means all, until the rule is taken away.
    #[serde(default = "once")]
    pub(crate) times: u32,
    pub(crate) fault: Fault,
}

fn once() -> u32 {
    1
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Fault {
    /// A status instead of an answer; nothing is done.
    Status {
        /// The status, from 400 to 599.
        status: u16,
        /// `Retry-After` as a number of seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_seconds: Option<u32>,
        /// `Retry-After` as an HTTP date, so many seconds from now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at_seconds: Option<u32>,
    },
    /// 401, as if the key were no longer known; nothing is done.
    RevokedKey,
    /// A web page with status 200; nothing is done.
    NotJson,
    Latency {
        milliseconds: u32,
    },
    /// The connection is reset when so much of the body is sent.
    Reset {
        after_bytes: usize,
    },
    /// A whole answer, whose body ends too early.
    Truncate {
        bytes: usize,
    },
    /// Every record of an array twice.
    Duplicate,
    /// Every so manieth record is left out of an array; it comes late, with an old `created`, once the rule is used up.
    Withhold {
        /// From 1, which leaves out all.
        every: usize,
    },
    /// The `Date` of the answer is wrong.
    SkewedClock {
        /// Seconds; negative is in the past.
        seconds: i64,
    },
    /// The work is done, and the connection closed without an answer.
    LostAnswer,
}

impl Rule {
    pub(crate) fn matches(&self, method: &str, path: &str) -> bool {
        let is_path = match self.path.strip_suffix('*') {
            Some(begin) => path.starts_with(begin),
            None => path == self.path,
        };
        is_path && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
    }

    pub(crate) fn fault_in_it(&self) -> Option<String> {
        if !["/v1/", "/api/"].iter().any(|begin| self.path.starts_with(begin)) && self.path != "*" {
            return Some("path must begin with /v1/ or /api/, or be *".to_owned());
        }
        match &self.fault {
            Fault::Status { status, .. } if !(400..=599).contains(status) => {
                Some("status must be a number from 400 to 599".to_owned())
            }
            Fault::Withhold { every: 0 } => Some("every must be 1 or more".to_owned()),
            _ => None,
        }
    }
}
