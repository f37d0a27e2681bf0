//! A command's answer: the only thing that goes to stdout.

use std::io::Write as _;

/// Prints one line to stdout. A reader that went away (`| head`) is not an error.
pub fn line(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}

/// Prints rows as a table: columns as wide as their widest cell, numbers to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) {
    for row in render(header, rows) {
        line(row);
    }
}

fn render(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let columns: Vec<(usize, bool)> = header
        .iter()
        .enumerate()
        .map(|(index, title)| {
            let cells = || rows.iter().filter_map(|row| row.get(index));
            let width = cells().map(|cell| cell.chars().count()).chain([title.chars().count()]).max();
            let right = rows.iter().all(|row| row.get(index).is_none_or(|cell| cell.is_empty() || is_number(cell)));
            (width.unwrap_or(0), right && !rows.is_empty())
        })
        .collect();
    let format_row = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&columns).map(|(cell, (width, right))| {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            if *right { format!("{padding}{cell}") } else { format!("{cell}{padding}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let body = rows.iter().map(|row| format_row(row.iter().map(String::as_str).collect()));
    std::iter::once(format_row(header.to_vec())).chain(body).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_right_and_words_left() {
        let rows = [vec!["ingest".to_owned(), "7".to_owned()], vec!["ex".to_owned(), "1200".to_owned()]];
        assert_eq!(render(&["service", "rows"], &rows), ["service  rows", "ingest      7", "ex       1200"]);
    }
}
