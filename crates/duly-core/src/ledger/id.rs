//! Ids of SLA events: the same event has the same id on every instance and after every restart (DESIGN §2).

use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

/// The namespace of Duly's ids. Never to be changed: consumers deduplicate by what follows from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0c_57a1_9d3e_5b44_8c21_d07f_e4b9_3a16);

/// The id of the SLA event with this body (its key is in it), published for the `incarnation`th time after the first.
#[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
pub fn event_id(body: &[u8], incarnation: u32) -> Uuid {
    // Version 5 of RFC 9562, by an implementation that uses the processor's own instructions: ids are a good part of the work.
    let mut hash = Sha1::new_with_prefix(NAMESPACE.as_bytes()).chain_update(body);
    if incarnation > 0 {
        hash.update(format!("\n{incarnation}"));
    }
    let [id @ .., _, _, _, _] = <[u8; 20]>::from(hash.finalize());
    Builder::from_sha1_bytes(id).into_uuid()
}
