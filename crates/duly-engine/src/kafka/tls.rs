//! What is wrong with a broker's certificate: asked a second time, by a client that can tell.
//!
//! librdkafka says only that it could not verify one, which is the same for an expired certificate, an unknown authority
//! and a wrong name. Nothing is ever sent over this connection.

use std::fmt;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};

/// How long a broker may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is wrong with a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Expired,
    NotYetValid,
    /// Signed by nobody that is trusted: by those in the file, or by the system.
    UnknownAuthority(Option<PathBuf>),
    WrongName(String),
    Other(String),
}

impl Flaw {
    /// Whether it is a setting of ours that has to change, and not the certificate.
    pub(super) fn is_setting(&self) -> bool {
        matches!(self, Flaw::UnknownAuthority(_) | Flaw::WrongName(_))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Expired => {
                f.write_str("the broker's certificate has expired: whoever runs the cluster has to renew it")
            }
            Flaw::NotYetValid => f.write_str("the broker's certificate is not valid yet: is a clock wrong?"),
            Flaw::UnknownAuthority(Some(file)) => {
                write!(f, "the broker's certificate is signed by no authority in the ca_file {}", file.display())
            }
            Flaw::UnknownAuthority(None) => f.write_str(
                "the broker's certificate is signed by no authority that this system trusts: name a ca_file under \
                 kafka.security",
            ),
            Flaw::WrongName(name) => {
                write!(f, "the broker's certificate is not for the name `{name}`, which it is asked by")
            }
            Flaw::Other(why) => write!(f, "the broker's certificate can not be used: {why}"),
        }
    }
}

/// What is wrong with the certificate of the broker at `address`, if that can be told.
pub(super) fn judge(address: &str, ca_file: Option<&Path>) -> Option<Flaw> {
    let (host, _) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut stream = TcpStream::connect_timeout(&address.to_socket_addrs().ok()?.next()?, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(trusted(ca_file))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config), name).ok()?;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut stream) {
            let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
            return flaw(error, host, ca_file);
        }
    }
    None
}

/// Those whose signatures count. What the system trusts is not looked up: an unknown authority is what is left then.
fn trusted(ca_file: Option<&Path>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let certificates = ca_file.and_then(|file| CertificateDer::pem_file_iter(file).ok());
    roots.add_parsable_certificates(certificates.into_iter().flatten().filter_map(Result::ok));
    roots
}

fn flaw(error: &rustls::Error, host: &str, ca_file: Option<&Path>) -> Option<Flaw> {
    let rustls::Error::InvalidCertificate(error) = error else { return None };
    Some(match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Flaw::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Flaw::NotYetValid,
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            Flaw::UnknownAuthority(ca_file.map(Path::to_owned))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Flaw::WrongName(host.to_owned())
        }
        error => Flaw::Other(error.to_string()),
    })
}
