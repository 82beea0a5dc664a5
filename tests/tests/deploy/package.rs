//! The Debian package: what is in it, what it needs, and that it is the same each time.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use duly_tests::program;

use super::shipped::{path, read, script};

/// Runs a command that has to succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// A package, and the folder that it is in.
struct Package {
    file: PathBuf,
    _folder: tempfile::TempDir,
}

fn package() -> &'static Package {
    static PACKAGE: OnceLock<Package> = OnceLock::new();
    PACKAGE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = [program::path(), folder.path()].map(|path| path.display().to_string());
        let named = script(&["package", &paths[0], &paths[1]]);
        Package { file: PathBuf::from(named.trim()), _folder: folder }
    })
}

fn field(name: &str) -> String {
    output(Command::new("dpkg-deb").arg("-f").arg(&package().file).arg(name)).trim().to_owned()
}

/// The packages that it needs, without versions.
pub(crate) fn needed() -> BTreeSet<String> {
    field("Depends").split(", ").filter_map(|one| Some(one.split_whitespace().next()?.to_owned())).collect()
}

#[test]
fn it_has_what_settings_and_the_unit_name() {
    let version = output(Command::new(program::path()).arg("--version"));
    assert_eq!(format!("duly {}", field("Version")), version.trim());
    let listed = output(Command::new("dpkg-deb").arg("-c").arg(&package().file));
    let has = |place: &str| listed.lines().any(|line| line.ends_with(&format!(" .{place}")));
    for place in [
        "/usr/bin/duly",
        "/lib/systemd/system/duly.service",
        "/etc/duly/duly.yaml",
        "/usr/share/duly/policies/response-time-commitment.yaml",
        "/usr/share/duly/mappings/zendesk.yaml",
        "/usr/share/duly/sinks/feishu.yaml",
        "/usr/share/doc/duly/duly.yaml",
        "/usr/share/man/man1/duly-serve.1.gz",
        "/usr/share/bash-completion/completions/duly",
    ] {
        assert!(has(place), "{place} is not in it:\n{listed}");
    }
    assert!(listed.lines().all(|line| line.contains(" root/root ") && !line.contains("1970-01-01 00:01")), "{listed}");
    assert!(listed.contains("drwx------ root/root"), "secrets are for root alone");
    // The page that the unit points to.
    assert!(
        read("deploy/systemd/duly.service").contains("Documentation=man:duly(1)")
            && has("/usr/share/man/man1/duly.1.gz")
    );
    assert_eq!(
        output(Command::new("dpkg-deb").arg("-I").arg(&package().file).arg("conffiles")),
        "/etc/duly/duly.yaml\n"
    );
}

#[test]
fn its_scripts_are_scripts() {
    for script in ["postinst", "prerm", "postrm"] {
        output(Command::new("sh").arg("-n").arg(path("deploy/debian").join(script)));
        let text = fs::read_to_string(path("deploy/debian").join(script)).expect("a script");
        assert!(text.starts_with("#!/bin/sh\n") && text.contains("\nset -e\n"), "{script}");
    }
}
