//! A command's answer: the only thing that goes to stdout.

use std::io::Write as _;

use comfy_table::{CellAlignment, Table, presets::NOTHING};

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
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(header).add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        let is_right = rows.iter().all(|row| row.get(index).is_none_or(|cell| cell.is_empty() || is_number(cell)));
        if is_right && !rows.is_empty() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
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
