//! Data that the project shares with others: beside the checkout, not in it.

/// The text of `../shared/<path>`. A checkout without it fails loudly: these facts are part of what is promised.
#[expect(clippy::disallowed_methods, reason = "a test reads facts that lie beside the checkout")]
pub(super) fn read(path: &str) -> String {
    let full = format!("{}/../../../shared/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&full)
        .unwrap_or_else(|error| panic!("shared/{path} is missing beside the checkout ({full}): {error}"))
}
