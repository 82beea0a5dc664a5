//! Which partitions a member of the group has, in the bytes that the group keeps of it (`ConsumerProtocolAssignment`).
//!
//! Whoever is in the group wrote them, so nothing in them is believed before it is there: lengths are held against what is
//! left, and nothing is allocated by a length alone.

/// The partitions of `topic` in an assignment; `None` where the bytes are none.
///
/// Version 0 is read, and what later versions append to it is left alone.
pub(super) fn partitions(bytes: &[u8], topic: &str) -> Option<Vec<i32>> {
    // A member that has nothing yet.
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let mut rest = Rest(bytes);
    let version = rest.i16()?;
    if version < 0 {
        return None;
    }
    let mut found = Vec::new();
    for _ in 0..rest.count()? {
        let length = usize::try_from(rest.i16()?).ok()?;
        let is_wanted = rest.take(length)? == topic.as_bytes();
        for _ in 0..rest.count()? {
            let partition = rest.i32()?;
            if partition < 0 {
                return None;
            }
            if is_wanted {
                found.push(partition);
            }
        }
    }
    Some(found)
}

/// What is left to read.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn i16(&mut self) -> Option<i16> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i16::from_be_bytes(*bytes))
    }

    fn i32(&mut self) -> Option<i32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i32::from_be_bytes(*bytes))
    }

    /// How many elements follow; each takes four bytes at least.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.i32()?).ok()?;
        (count <= self.0.len() / 4).then_some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of an assignment: version, topics with partitions, and no user data.
    fn bytes(version: i16, topics: &[(&str, &[i32])]) -> Vec<u8> {
        let mut out = version.to_be_bytes().to_vec();
        out.extend((topics.len() as i32).to_be_bytes());
        for (topic, partitions) in topics {
            out.extend((topic.len() as i16).to_be_bytes());
            out.extend(topic.as_bytes());
            out.extend((partitions.len() as i32).to_be_bytes());
            out.extend(partitions.iter().flat_map(|partition| partition.to_be_bytes()));
        }
        out.extend((-1_i32).to_be_bytes());
        out
    }

    fn check(bytes: &[u8], expected: Option<&[i32]>) {
        assert_eq!(partitions(bytes, "log").as_deref(), expected, "{bytes:?}");
    }

    #[test]
    fn the_partitions_of_the_topic_are_read() {
        check(b"", Some(&[]));
        check(&bytes(0, &[]), Some(&[]));
        check(&bytes(0, &[("log", &[0, 5, 7])]), Some(&[0, 5, 7]));
        check(&bytes(3, &[("other", &[1]), ("log", &[2]), ("logs", &[3])]), Some(&[2]));
        check(&bytes(0, &[("log", &[])]), Some(&[]));
    }

    #[test]
    fn what_is_cut_off_or_lies_about_its_length_is_none() {
        let whole = bytes(0, &[("log", &[1, 2])]);
        // The last four bytes are user data, which nobody reads.
        for length in 1..whole.len() - 4 {
            check(&whole[..length], None);
        }
        let huge = [&0_i16.to_be_bytes()[..], &i32::MAX.to_be_bytes()].concat();
        check(&huge, None);
        check(&[&huge[..], &[0; 64]].concat(), None);
        check(&bytes(-1, &[("log", &[1])]), None);
        check(&bytes(0, &[("log", &[-1])]), None);
    }
}
