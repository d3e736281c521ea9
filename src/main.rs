//! The `lambdeck` program.

fn main() {}
