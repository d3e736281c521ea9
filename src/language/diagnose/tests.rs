use super::*;

#[test]
fn a_good_lambda_has_no_findings() {
    assert_eq!(diagnose("fn lambda(input) { `a${input.payload}b` }"), []);
}
