//! Which instance has which lanes, as the group's coordinator tells it: there is no registry of our own.
//!
//! Each member's client id is `duly@` and the address at which its instance's API is announced. Whoever may join the group
//! can name any address there, and tokens are sent to it: the right to the group is the right to be an instance.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::groups::GroupInfo;
use tokio::sync::Mutex;

use super::cluster::ASK_BRIEFLY;
use super::context::Context;
use super::{Cluster, KafkaError, assignment};
use crate::handle::EngineError;

/// What the client id of a member begins with.
const MARK: &str = "duly@";

/// How old an answer may be, unless there is reason to doubt it.
const KEPT: Duration = Duration::from_secs(2);

/// However much is doubted: the coordinator is not asked more often than this.
const PAUSE: Duration = Duration::from_millis(200);

/// The client id of a member whose instance is announced at `address`.
pub(super) fn client_id(address: &str) -> String {
    format!("{MARK}{address}")
}

/// Whether an address can be asked: `http://host:port` and nothing behind it.
pub fn is_address(address: &str) -> bool {
    let Some(authority) = address.strip_prefix("http://") else { return false };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let has_port =
        authority.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    has_port && authority.chars().all(is_plain)
}

/// The lanes of each instance by its address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners(BTreeMap<Arc<str>, Vec<i32>>);

impl Owners {
    /// The address of the instance that has `lane`.
    pub fn of(&self, lane: i32) -> Option<&Arc<str>> {
        self.0.iter().find(|(_, lanes)| lanes.contains(&lane)).map(|(address, _)| address)
    }

    /// All instances with their lanes.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &[i32])> {
        self.0.iter().map(|(address, lanes)| (address, &lanes[..]))
    }
}

/// The group, asked seldom. Clones share what is known.
#[derive(Clone)]
pub(super) struct Members {
    prober: Arc<BaseConsumer<Context>>,
    group: Arc<str>,
    topic: Arc<str>,
    known: Arc<Mutex<Option<(Stopwatch, Arc<Owners>)>>>,
}

impl Members {
    pub(super) fn new(cluster: &Cluster) -> Result<Self, KafkaError> {
        Ok(Members {
            prober: Arc::new(cluster.prober()?),
            group: cluster.group.as_str().into(),
            topic: cluster.topics.tickets.as_str().into(),
            known: Arc::default(),
        })
    }

    /// Who has what. Where what is known has `turned_out_wrong` it is asked for afresh.
    pub(super) async fn owners(&self, turned_out_wrong: bool) -> Result<Arc<Owners>, EngineError> {
        let age_max = if turned_out_wrong { PAUSE } else { KEPT };
        // Held while it is asked: whoever comes meanwhile wants the same answer.
        let mut known = self.known.lock().await;
        if let Some((at, owners)) = &*known
            && at.elapsed() < age_max
        {
            return Ok(Arc::clone(owners));
        }
        let theirs = self.clone();
        let asked = tokio::task::spawn_blocking(move || theirs.ask()).await;
        let owners = Arc::new(asked.map_err(|_| EngineError::Stopped)?.map_err(EngineError::NoOwners)?);
        *known = Some((Stopwatch::now(), Arc::clone(&owners)));
        Ok(owners)
    }

    fn ask(&self) -> Result<Owners, String> {
        let groups = self.prober.fetch_group_list(Some(&self.group), ASK_BRIEFLY).map_err(|error| error.to_string())?;
        let mut owners = Owners::default();
        let members = groups.groups().iter().filter(|group| group.name() == &*self.group).flat_map(GroupInfo::members);
        for member in members {
            let Some(address) = member.client_id().strip_prefix(MARK).filter(|address| is_address(address)) else {
                continue;
            };
            let partitions = assignment::partitions(member.assignment().unwrap_or_default(), &self.topic);
            // What is not understood is taken for nothing: its lanes show as nobody's.
            owners.0.entry(address.into()).or_default().extend(partitions.unwrap_or_default());
        }
        owners.0.values_mut().for_each(|lanes| lanes.sort_unstable());
        Ok(owners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (address, expected) in [
            ("http://127.0.0.1:8321", true),
            ("http://duly-0.duly.svc:8321", true),
            ("http://[::1]:8321", true),
            ("http://:8321", false),
            ("http://host", false),
            ("https://host:1", false),
            ("http://host:port", false),
            ("http://host:99999", false),
            ("http://a:b@host:1", false),
            ("http://host/path:1", false),
            ("http://host:1/", false),
            ("ftp://host:1", false),
            ("", false),
        ] {
            assert_eq!(is_address(address), expected, "{address}");
        }
    }

    #[test]
    fn a_lane_has_one_owner_or_none() {
        let owners = Owners(BTreeMap::from([("http://a:1".into(), vec![0, 2]), ("http://b:1".into(), vec![1])]));
        let of = |lane| owners.of(lane).map(|address| &**address);
        assert_eq!((of(2), of(1), of(3)), (Some("http://a:1"), Some("http://b:1"), None));
    }
}
