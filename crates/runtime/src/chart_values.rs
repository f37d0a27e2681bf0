//! Messages name settings. Whoever installed the chart has its values instead, so there each is told beside the setting.

/// What the chart gives each container: `NAME=VALUE; …`, where a name that ends in `*` stands for all that begin so and stand
/// below that value by their own name.
const VARIABLE: &str = "CHART_VALUES";

/// A message with the chart's values of the settings that it names; as it is where there is no chart, or it names none.
pub(crate) fn beside(message: String) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "no setting: it says what settings are called elsewhere, also when they are wrong"
    )]
    let table = std::env::var(VARIABLE);
    match table {
        Ok(table) => told(&table, message),
        Err(_) => message,
    }
}

fn told(table: &str, message: String) -> String {
    let mut values: Vec<String> = Vec::new();
    for word in message.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')) {
        let Some(value) = value_of(table, word) else { continue };
        let value = format!("{word} is {value}");
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if values.is_empty() { message } else { format!("{message} (in the chart, {})", values.join(", ")) }
}

fn value_of(table: &str, setting: &str) -> Option<String> {
    let pairs = || table.split("; ").filter_map(|pair| pair.split_once('='));
    let itself = pairs().find(|(name, _)| *name == setting).map(|(_, value)| value.to_owned());
    itself.or_else(|| {
        let below = |name: &str| {
            name.strip_suffix('*').is_some_and(|start| setting.len() > start.len() && setting.starts_with(start))
        };
        pairs().find(|(name, _)| below(name)).map(|(_, value)| format!("{value}.{setting}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "EMPLY_BASE_URL=customers.a.source.baseUrl; PII_KEY=PII_KEY of Secret a; EMPLY_*=customers.a.settings";

    #[test]
    fn each_setting_of_a_message_is_told_once_with_its_value() {
        for (message, expected) in [
            ("the disk is full", ""),
            ("EMPLY_BASE_URL is no URL", " (in the chart, EMPLY_BASE_URL is customers.a.source.baseUrl)"),
            ("look at PII_KEY, and PII_KEY again", " (in the chart, PII_KEY is PII_KEY of Secret a)"),
            ("take EMPLY_CLOCK=own", " (in the chart, EMPLY_CLOCK is customers.a.settings.EMPLY_CLOCK)"),
            ("PII_KEY_OLD and EMPLY_ are no settings that it knows", ""),
            (
                "EMPLY_BASE_URL, PII_KEY",
                " (in the chart, EMPLY_BASE_URL is customers.a.source.baseUrl, PII_KEY is PII_KEY of Secret a)",
            ),
        ] {
            assert_eq!(told(TABLE, message.to_owned()), format!("{message}{expected}"));
        }
    }
}
