//! What is committed: made by its source, and without a broken rule.

use std::fs;

use super::{ALL, dashboard, root, script};

#[test]
fn what_is_committed_is_what_the_source_makes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (is_made, said) = script(&["generate", &folder.path().display().to_string()]);
    assert!(is_made, "{said}");
    assert_eq!(fs::read_dir(folder.path().join("dashboards")).expect("dashboards").count(), ALL.len());
    for part in ["dashboards", "provisioning/alerting"] {
        for entry in fs::read_dir(folder.path().join(part)).into_iter().flatten() {
            let made = entry.expect("an entry");
            let committed = root().join("deploy/grafana").join(part).join(made.file_name());
            let is_same = fs::read(&committed).ok() == fs::read(made.path()).ok();
            assert!(
                is_same,
                "{} is not what its source makes: run tests/scripts/dashboards generate",
                committed.display()
            );
        }
    }
}

#[test]
fn no_rule_of_good_dashboards_is_broken() {
    let files = ALL.map(dashboard);
    let arguments: Vec<&str> = ["lint"].into_iter().chain(files.iter().map(String::as_str)).collect();
    assert_eq!(script(&arguments), (true, String::new()));
}

#[test]
fn each_rule_finds_what_it_is_for() {
    for uid in ALL {
        let (all_find, said) = script(&["rules", &dashboard(uid)]);
        assert!(all_find && said.contains("# pass 19\n"), "{uid}: {said}");
    }
}
