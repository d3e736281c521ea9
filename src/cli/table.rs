//! Columns of text, as wide as their widest cell.

use unicode_width::UnicodeWidthStr;

/// `rows` as lines: every column but the last padded to its widest cell, two spaces between.
pub(super) fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line<const N: usize>(row: &[String; N], widths: &[usize; N]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width - cell.width() + 2));
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_width_on_the_screen_and_nothing_trails() {
        let rows =
            [["a".into(), "bb".into()], ["日本".into(), "c".into()], ["x".into(), String::new()]];
        assert_eq!(lines(&rows), ["a     bb", "日本  c", "x"]);
    }
}
