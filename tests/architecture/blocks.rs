//! The parts of the README that are made from tables.

/// The README with `block` between the marks of that name; the error says what is missing.
pub fn with_block(readme: &str, name: &str, block: &str) -> Result<String, String> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let missing = |mark: &str| format!("the README has no mark `{}`", mark.trim_end());
    let (before, rest) = readme.split_once(&start).ok_or_else(|| missing(&start))?;
    let (_, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
    Ok(format!("{before}{start}{block}{end}{after}"))
}

#[test]
fn a_block_stands_between_its_marks_and_nothing_else_changes() {
    let readme = "a\n<!-- keys -->\nold\n<!-- /keys -->\nb";
    assert_eq!(
        with_block(readme, "keys", "new\n").unwrap(),
        "a\n<!-- keys -->\nnew\n<!-- /keys -->\nb"
    );
    assert!(with_block("a\nb", "keys", "new\n").unwrap_err().contains("<!-- keys -->"));
    assert!(with_block(readme, "codes", "new\n").is_err());
}
