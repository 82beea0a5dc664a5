//! Which partition a ticket belongs to: as Java's default partitioner says, and librdkafka's `murmur2_random`.

/// The partition of `subject` among `partitions`.
///
/// # Panics
///
/// Where there are no partitions.
pub fn of(subject: &str, partitions: usize) -> i32 {
    let positive = murmur2(subject.as_bytes()) & 0x7fff_ffff;
    (positive as usize % partitions) as i32
}

/// Murmur2 of 32 bits with the seed that Kafka uses (`org.apache.kafka.common.utils.Utils.murmur2`).
fn murmur2(bytes: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    const SEED: u32 = 0x9747_b28c;
    let mix = |k: u32| {
        let k = k.wrapping_mul(M);
        (k ^ (k >> 24)).wrapping_mul(M)
    };
    let mut hash = SEED ^ bytes.len() as u32;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        hash = hash.wrapping_mul(M) ^ mix(u32::from_le_bytes(*word));
    }
    for (place, byte) in rest.iter().enumerate() {
        hash ^= u32::from(*byte) << (8 * place);
    }
    if !rest.is_empty() {
        hash = hash.wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that Kafka's own tests of its `Utils.murmur2` expect.
    #[test]
    fn it_is_the_hash_that_java_has() {
        let cases: [(&str, i32); 6] = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (text, hash) in cases {
            assert_eq!(murmur2(text.as_bytes()), hash as u32, "{text}");
        }
    }

    #[test]
    fn every_subject_has_a_partition() {
        for ticket in 0..1000 {
            assert!((0..8).contains(&of(&format!("acme/{ticket}"), 8)));
        }
    }
}
