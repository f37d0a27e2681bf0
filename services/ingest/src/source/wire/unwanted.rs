//! What of a record is not kept, not even as it came.

use std::borrow::Cow;

use super::members::Members;

/// Beginnings of the names of members that a posting is kept without, in lower case: persons whom nobody here has to know.
const OF_POSTINGS: [&str; 1] = ["projectmanager"];

/// A posting's JSON without what is not to be kept; as it is when nothing is, or when it is no object.
pub fn without_persons(json: &str) -> Cow<'_, str> {
    match serde_json::from_str::<Members<'_>>(json) {
        Ok(Members(members)) if members.iter().any(|member| is_unwanted(&member.name())) => {
            let kept = members.iter().filter(|member| !is_unwanted(&member.name()));
            let kept = kept.map(|member| format!("{}:{}", member.raw_name.get(), member.value.get()));
            format!("{{{}}}", kept.collect::<Vec<_>>().join(",")).into()
        }
        _ => json.into(),
    }
}

/// Whether a member of a posting is not kept.
pub fn is_unwanted(name: &str) -> bool {
    let name = name.to_lowercase();
    OF_POSTINGS.iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_s_name_is_kept_however_it_is_written() {
        for (came, kept) in [
            (r#"{"a":1, "projectManagerFullName":"Erika", "b":[ 2 ]}"#, r#"{"a":1,"b":[ 2 ]}"#),
            (r#"{"project\u004danagerUserId":"x","\"":"\ud800"}"#, r#"{"\"":"\ud800"}"#),
            (r#"{"projectManagerUserId":"x","\ud800":1}"#, r#"{"\ud800":1}"#),
            (
                r#"{"ProjectManagerPhone":{"n":1e999},"a":{"projectManager":1},"a":2}"#,
                r#"{"a":{"projectManager":1},"a":2}"#,
            ),
            (r#"{"projectManager":null}"#, "{}"),
        ] {
            assert_eq!(without_persons(came), kept);
        }
        for same in [r#"{ "a" : 1 }"#, "[1]", "7", "{", r#"{"a":"projectManager"}"#] {
            assert!(matches!(without_persons(same), Cow::Borrowed(json) if json == same), "{same}");
        }
    }
}
