//! Unsigned integers in as few bytes as they need (LEB128), for packed records.

/// Appends `value`.
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes [`put`] appends for `value`.
pub(crate) const fn size_of_put(value: u64) -> usize {
    (value | 1).ilog2() as usize / 7 + 1
}

/// Reads a value at `*at` and moves `*at` behind it; `None` where the bytes end or the value is too large.
#[expect(clippy::inline_always, reason = "what reads records does little else, and a call costs as much as all of it")]
#[inline(always)]
pub(crate) fn get(bytes: &[u8], at: &mut usize) -> Option<u64> {
    // Nearly all of them are below 128.
    match bytes.get(*at) {
        Some(byte) if *byte < 0x80 => {
            *at += 1;
            Some(u64::from(*byte))
        }
        _ => get_long(bytes, at),
    }
}

fn get_long(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    let mut shift = 0;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
        if shift > 63 {
            return None;
        }
    }
}

/// Maps small numbers of either sign to small unsigned ones.
pub(crate) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The reverse of [`zigzag`].
pub(crate) const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}
