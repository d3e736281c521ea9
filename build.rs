//! Packs the program's relocations, where the system that builds it can start such a program.
//!
//! A position-independent program holds a table of the addresses that the loader has to put right when it starts:
//! 1.5 MB as it is by default, read into the memory of the program and of each of its workers. Packed it is a hundredth
//! of that. The linker has to know the packed form (binutils from 2.38, LLD from 15), and the loader (glibc from 2.36);
//! an older one refuses to start the program. So it is tried out on a tiny program, and left out where that fails: when
//! building for another system, musl and macOS among them, whose loaders cannot be asked.

use std::env;
use std::path::Path;
use std::process::Command;

const PACKED: &str = "-Wl,-z,pack-relative-relocs";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if is_for_this_system() && starts_when_packed().unwrap_or(false) {
        println!("cargo::rustc-link-arg-bins={PACKED}");
    }
}

fn is_for_this_system() -> bool {
    env::var_os("TARGET") == env::var_os("HOST")
        && env::var("TARGET").is_ok_and(|target| target.ends_with("-linux-gnu"))
}

/// Links with the compiler, the linker and the flags that the program will be linked with.
fn starts_when_packed() -> Option<bool> {
    let folder = env::var_os("OUT_DIR")?;
    let [source, program] = ["tiny.rs", "tiny"].map(|name| Path::new(&folder).join(name));
    std::fs::write(&source, "fn main() {}\n").ok()?;
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let linker = env::var("RUSTC_LINKER").map(|linker| format!("-Clinker={linker}"));
    let is_linked = Command::new(env::var_os("RUSTC")?)
        .args(flags.split('\x1f').filter(|flag| !flag.is_empty()))
        .args(linker)
        .arg(format!("-Clink-arg={PACKED}"))
        .arg("-o")
        .args([&program, &source])
        .output()
        .ok()?
        .status
        .success();
    Some(is_linked && Command::new(&program).status().ok()?.success())
}
