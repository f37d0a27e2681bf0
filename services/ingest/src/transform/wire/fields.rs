//! How a place in a record is told: by the contract's own words. What a source calls its members inside of a value without a
//! shape may say something of a person.

const NAMED: [&str; 49] = [
    "address",
    "adUrl",
    "advertisements",
    "applicationFormId",
    "applyUrl",
    "candidateId",
    "content",
    "created",
    "data",
    "deadline",
    "deadlineText",
    "deadlineUTC",
    "department",
    "disqualifyReason",
    "edited",
    "email",
    "externalApplicationUrl",
    "firstName",
    "id",
    "isDefault",
    "jobDetailsId",
    "jobId",
    "lastName",
    "latitude",
    "locale",
    "localization",
    "location",
    "longitude",
    "mediaId",
    "middleName",
    "number",
    "projectManagerFullName",
    "projectManagerUserId",
    "source",
    "stage",
    "status",
    "tags",
    "templateId",
    "templateTitle",
    "timeZone",
    "title",
    "type",
    "updated",
    "vacancyId",
    "value",
    "valueType",
    "application",
    "posting",
    "[]",
];
/// Those whose value has no shape, or one that is not known.
const SHAPELESS: [&str; 3] = ["source", "tags", "value"];
/// Letters of another name that are shown.
const LONGEST: usize = 40;

/// A path such as `data[3].value.x` as far as the contract names it, without places: `data.[].value`. A name beyond that is
/// shown if it is one (letters, digits, `_`), and what is in it is not.
pub(crate) fn shown(path: &str) -> String {
    told(path, "[]")
}

/// The same with places: `data[3].value`.
pub(crate) fn with_places(path: &str) -> String {
    told(path, "")
}

fn told(path: &str, place: &str) -> String {
    let mut shown = String::new();
    for part in path.split('.').filter(|part| *part != "?") {
        let (name, places) = part.find('[').map_or((part, ""), |at| part.split_at(at));
        if !NAMED.contains(&name) && !name.is_empty() {
            push(&mut shown, other(name));
            break;
        }
        if !name.is_empty() {
            push(&mut shown, name);
        }
        if SHAPELESS.contains(&name) {
            break;
        }
        match place {
            "" => shown.push_str(places),
            _ if places.is_empty() => {}
            place => push(&mut shown, place),
        }
    }
    shown
}

fn push(shown: &mut String, part: &str) {
    if !shown.is_empty() {
        shown.push('.');
    }
    shown.push_str(part);
}

fn other(name: &str) -> &str {
    // a source may have values for names: what does not look like a name is not shown
    let is_name = name.len() <= LONGEST && name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
    if is_name { name } else { "…" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_shown_than_the_contract_names() {
        for (path, is) in [
            ("location.address", "location.address"),
            ("data[3].value.x", "data.[].value"),
            ("source.max@example.org.x", "source"),
            ("extension.Erika.phone", "extension"),
            ("max@example.org", "…"),
            ("stage.localization[0].hint", "stage.localization.[].hint"),
            ("?.number", "number"),
            ("", ""),
        ] {
            assert_eq!(shown(path), is, "{path}");
        }
        assert_eq!(with_places("data[3].value.x"), "data[3].value");
        assert_eq!(with_places("stage.localization[0].value"), "stage.localization[0].value");
    }
}
