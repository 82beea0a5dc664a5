//! Ids of SLA events: the same event has the same id on every instance and after every restart (DESIGN §2).

use uuid::Uuid;

/// The namespace of Duly's ids. Never to be changed: consumers deduplicate by what follows from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0c_57a1_9d3e_5b44_8c21_d07f_e4b9_3a16);

/// The id of the SLA event with this body (its key is in it), published for the `incarnation`th time after the first.
#[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
pub fn event_id(body: &[u8], incarnation: u32) -> Uuid {
    if incarnation == 0 {
        return Uuid::new_v5(&NAMESPACE, body);
    }
    let mut name = body.to_vec();
    name.extend_from_slice(format!("\n{incarnation}").as_bytes());
    Uuid::new_v5(&NAMESPACE, &name)
}
