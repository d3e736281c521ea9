//! The README's list of keys.

const START: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->";

/// `readme` with `keys` between the marks.
pub fn with_keys(readme: &str, keys: &str) -> Result<String, String> {
    let missing = || format!("README.md has no `{}` ... `{END}`", START.trim_end());
    let (before, rest) = readme.split_once(START).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{START}{keys}{END}{after}"))
}

#[test]
fn the_keys_stand_between_the_marks_and_nothing_else_changes() {
    let readme = "a\n<!-- keys -->\nold\n<!-- /keys -->\nb";
    assert_eq!(with_keys(readme, "new\n").unwrap(), "a\n<!-- keys -->\nnew\n<!-- /keys -->\nb");
    assert!(with_keys("no marks", "new").is_err());
}
