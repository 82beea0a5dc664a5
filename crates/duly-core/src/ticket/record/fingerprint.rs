//! What tells events, and records, apart without comparing them.

use crate::ticket::Identity;

/// Tells most events apart without looking at their names.
pub(super) fn fingerprint(identity: Identity<'_>) -> u16 {
    let mut hash = Fnv::default();
    hash.text(identity.source).bytes(identity.id.as_bytes());
    (hash.0 >> 48) as u16 ^ hash.0 as u16
}

/// FNV-1a, in 64 bits.
pub(super) struct Fnv(pub(super) u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    /// A text and its end.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes()).bytes(&[0])
    }
}
