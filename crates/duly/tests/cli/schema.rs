//! `duly schema`: lists, prints, and names what was probably meant.

use std::path::PathBuf;

use crate::run;

#[test]
fn all_are_listed_and_each_is_printed() {
    let (code, list, _) = run(&["schema"], "");
    assert_eq!(code, 0);
    assert!(list.lines().count() >= 31, "{list}");
    for name in list.lines().filter_map(|line| line.split_whitespace().next()) {
        let (code, text, told) = run(&["schema", name], "");
        assert_eq!((code, told.as_str()), (0, ""), "{name}");
        // The contract is the one that is no schema, but has them all in it.
        let form =
            if name == "asyncapi" { "\"asyncapi\": \"3." } else { "https://json-schema.org/draft/2020-12/schema" };
        assert!(text.contains(form) && text.ends_with("}\n"), "{name}");
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_right_one() {
    for (name, said) in [
        ("sla.breeched", "did you mean `duly.sla.breached.v1`?"),
        ("polici", "did you mean `policy`?"),
        ("bananas", "`duly schema` lists them"),
    ] {
        let (code, _, told) = run(&["schema", name], "");
        assert_eq!(code, 1, "{told}");
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn all_are_written_to_a_directory() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("schemas");
    let _ = std::fs::remove_dir_all(&directory);
    let (code, _, told) = run(&["schema", "--write", directory.to_str().expect("UTF-8")], "");
    assert_eq!(code, 0, "{told}");
    let (_, expected, _) = run(&["schema", "sla.clock_met"], "");
    let written = std::fs::read_to_string(directory.join("duly.sla.clock_met.v1.json")).expect("a file for each");
    assert_eq!(written, expected);
}
