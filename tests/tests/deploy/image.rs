//! The image: what it is made of is there, it has the libraries that the program is linked against, and it starts what there is.

use duly_engine::config::Config;

use super::package::needed;
use super::shipped::{path, read, script, takes};

const FILE: &str = "deploy/Dockerfile";

/// The words of the lines that begin with an instruction.
fn instructions(name: &str) -> Vec<Vec<String>> {
    let text = read(FILE);
    let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn hadolint_finds_nothing() {
    script(&["dockerfile", &path(FILE).display().to_string()]);
}

#[test]
fn it_is_made_of_what_there_is() {
    let ignored = read("deploy/Dockerfile.dockerignore");
    let sent: Vec<&str> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let copied: Vec<Vec<String>> =
        instructions("COPY").into_iter().filter(|words| !words[0].starts_with("--")).collect();
    assert!(copied.len() > 3, "{copied:?}");
    for source in copied.iter().flat_map(|words| &words[..words.len() - 1]) {
        assert!(path(source).exists(), "{source}");
        assert!(sent.iter().any(|sent| sent.starts_with(source.as_str())), "{source} is not sent to the builder");
    }
    for folder in ["mappings", "policies", "sinks", "templates"] {
        assert!(read(FILE).contains(&format!("deploy/config/{folder}")) && path("deploy/config").join(folder).is_dir());
    }
}

#[test]
fn it_starts_the_program_as_the_program_wants_it() {
    let command = instructions("CMD")[0].join(" ");
    let command: Vec<String> = serde_json::from_str(&command).expect("a list");
    takes(&command);
    assert_eq!(instructions("EXPOSE")[0], [Config::default().listen.port().to_string()]);
    let user = &instructions("USER")[0][0];
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user} may be root");
}

#[test]
fn its_bases_are_pinned_and_new_enough() {
    let bases = instructions("ARG").into_iter().map(|words| words[0].clone());
    let bases: Vec<(String, String)> = bases
        .filter_map(|base| base.split_once('=').map(|(name, image)| (name.to_owned(), image.to_owned())))
        .collect();
    assert_eq!(bases.len(), 2, "{bases:?}");
    for (name, image) in &bases {
        let tag = image.split_once(':').map(|(_, tag)| tag).expect("a tag");
        assert!(tag.contains('.') && tag.starts_with(|c: char| c.is_ascii_digit()), "{name}: {tag} is no exact one");
    }
    let of = |name: &str| &bases.iter().find(|(base, _)| base == name).expect("a base").1;
    let rust = of("BUILDER").split([':', '-']).nth(1).expect("a version");
    let cargo = read("Cargo.toml");
    let needed = cargo.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a version");
    let numbers = |version: &str| version.split('.').map(|part| part.parse().expect("a number")).collect::<Vec<u32>>();
    assert!(numbers(rust) >= numbers(needed), "it is built with {rust}, and {needed} is needed");
    // Both are of one release, for what is linked.
    assert!(of("BUILDER").contains("bookworm") && of("RUNTIME").starts_with("debian:12."));
}

#[test]
fn it_has_the_libraries_that_the_program_is_linked_against() {
    let text = read(FILE);
    let runtime = text.rsplit("FROM ").next().expect("a last stage");
    let needed = needed();
    assert!(needed.contains("libssl3"), "{needed:?}");
    // Every Debian has these.
    for package in needed.iter().filter(|package| !["libc6", "libgcc-s1"].contains(&package.as_str())) {
        assert!(runtime.contains(&format!(" {package}")), "the program needs {package}");
    }
}
