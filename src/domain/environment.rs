//! Environment variables: what production lets them be called and hold.

/// The most characters of a name.
pub const ENV_NAME_CHARS: usize = 200;
/// The most characters of a value.
pub const ENV_VALUE_CHARS: usize = 1024;

/// Names that the hosted system keeps for itself.
const RESERVED: [&str; 8] = [
    "BRAND_ID",
    "DC",
    "DOMAIN",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LAMBDA_UUID",
    "NO_PROXY",
    "WATCHDOG_VERSION",
];
/// How the names start that it keeps for itself.
const RESERVED_STARTS: [&str; 2] = ["VAULT_", "X_LIVEPERSON_"];

/// Whether an environment variable of a lambda can be called `name`; why not, in a sentence.
pub fn check_env_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "`{name}`: the name of an environment variable starts with a capital letter or `_`"
        ));
    }
    if let Some(bad) =
        name.chars().find(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit() && *c != '_')
    {
        return Err(format!(
            "`{name}`: `{bad}` cannot stand in its name; use capital letters, digits and `_`"
        ));
    }
    if name.len() > ENV_NAME_CHARS {
        let chars = name.len();
        return Err(format!(
            "an environment variable's name has at most {ENV_NAME_CHARS} characters, not {chars}"
        ));
    }
    if RESERVED.contains(&name) || RESERVED_STARTS.iter().any(|start| name.starts_with(start)) {
        return Err(format!("`{name}`: the platform keeps this name for itself; choose another"));
    }
    Ok(())
}

/// Whether an environment variable of a lambda can be called `name` and hold `value`; why not, in a sentence.
pub fn check_env(name: &str, value: &str) -> Result<(), String> {
    check_env_name(name)?;
    let chars = value.chars().count();
    if chars > ENV_VALUE_CHARS {
        return Err(format!(
            "`{name}`: a value has at most {ENV_VALUE_CHARS} characters, not {chars}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_of_variables_have_limits() {
        let long = "X".repeat(200);
        assert!(check_env(&long, "").is_ok() && check_env("A_1", &"ü".repeat(1024)).is_ok());
        for (name, value) in [
            ("", ""),
            ("1A", ""),
            ("a", ""),
            ("A-B", ""),
            ("Ä", ""),
            (&*(long.clone() + "X"), ""),
            ("A", &*"ü".repeat(1025)),
            ("HTTP_PROXY", ""),
            ("VAULT_ADDR", ""),
            ("X_LIVEPERSON_PROJECT_ID", ""),
        ] {
            assert!(check_env(name, value).is_err(), "{name} {value}");
        }
        assert!(check_env("DOMAINS", "").is_ok(), "only the very name is kept");
    }
}
