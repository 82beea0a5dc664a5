//! The program, built as the test that runs it was.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A command that runs `duly`.
///
/// # Panics
///
/// Where it does not build.
pub fn duly() -> Command {
    Command::new(path())
}

/// Where `duly` is. It is built first.
///
/// # Panics
///
/// Where it does not build.
pub fn path() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

fn build() -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let profile_directory = test.parent().and_then(Path::parent).expect("tests lie in TARGET/PROFILE/deps");
    let target = profile_directory.parent().expect("tests lie in TARGET/PROFILE/deps");
    let profile = match profile_directory.file_name().and_then(|name| name.to_str()).expect("a profile's name") {
        "debug" => "dev",
        other => other,
    };
    let mut cargo = Command::new(env!("CARGO"));
    // A test of the program's package has it built as all tests are: with the same features of what it depends on.
    cargo.args(["test", "--quiet", "--locked", "--workspace", "--test", "cli", "--no-run"]);
    cargo.args(["--profile", profile, "--target-dir"]).arg(target);
    // Cargo tells this test about its package; where a build script of a dependency looks at that, all would be built anew.
    let is_about_us = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| is_about_us(name)) {
        cargo.env_remove(name);
    }
    let built = cargo.status();
    assert!(built.expect("cargo runs").success(), "the program does not build");
    profile_directory.join("duly")
}
