# `just` lists these; `.ci/run` needs none of them.

# List the recipes
default:
    @just --list

# Compile without building
check:
    cargo check --all-targets --locked

# Run every test
test *args:
    cargo test --locked {{args}}

# Look at the formatting and for what clippy finds
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# Write the README's keys, and check the documentation
docs:
    UPDATE_DOCS=1 cargo test --locked --test architecture
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

# Print the measured promises
bench *args:
    cargo bench --locked {{args}}

# Run everything a change has to pass
ci:
    .ci/run
