//! The settings as `--help` shows them.

use std::fmt::Write as _;

use super::{Config, Need, Reader, Setting, database, network, telemetry};

/// The list of all settings of a program, one block each, with defaults.
pub fn help<C: Config>() -> String {
    let mut text = String::from("Settings (environment variables):\n");
    for setting in Reader::describe::<C>() {
        let _ = writeln!(text, "  {}{}\n      {}", setting.name, need(setting), setting.meaning);
    }
    text.push_str("\nPGPASSWORD and the other variables of PostgreSQL, proxies (HTTPS_PROXY), certificates (SSL_CERT_FILE) and the OTEL_");
    text.push_str("\nvariables count too.\n");
    text.push_str("\nExit codes: 0 done, 1 failed and a retry may help, 2 failed and a retry cannot help.");
    text
}

/// The variables that others have named, as a Markdown table for each kind; a test keeps the documentation in step.
pub fn standard_table() -> [String; 3] {
    [database::VARIABLES, network::VARIABLES, telemetry::VARIABLES].map(|variables| {
        let mut text = String::from("| name | meaning | accepted |\n|---|---|---|\n");
        for variable in variables {
            let _ = writeln!(text, "| `{}` | {} | {} |", variable.name, variable.meaning, variable.accepted());
        }
        text
    })
}

fn need(setting: &Setting) -> String {
    match setting.need {
        Need::Required => format!(" (required; for example {})", setting.example),
        Need::Optional => format!(" (optional; for example {})", setting.example),
        Need::Default(value) => format!(" (default {value})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_the_standard_variables() {
        let text = include_str!("../../../../docs/standard-variables.md");
        for table in standard_table() {
            assert!(text.contains(&table), "docs/standard-variables.md must have this table:\n{table}");
        }
    }
}
