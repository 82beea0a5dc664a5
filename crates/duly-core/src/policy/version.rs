//! The version of a policy: a hash of its content (T10).

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Policy;

impl Policy {
    /// The first 16 hexadecimal digits of the SHA-256 of the resolved policy as JSON.
    ///
    /// The model has fields in a fixed order and sorted maps, so that equal policies have equal JSON: comments,
    /// white space and the order of keys in the YAML do not matter, a republished holiday does.
    pub fn version(&self) -> String {
        let json = serde_json::to_vec(self).expect("plain data with text keys is always JSON");
        Sha256::digest(&json)[..8].iter().fold(String::with_capacity(16), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}
