//! An authority of our own, and certificates by it.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};

/// An authority and the directory that all files are in.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    directory: PathBuf,
}

impl Authority {
    pub(crate) fn new(directory: &Path, name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let authority = Authority { issuer, directory: directory.to_owned() };
        std::fs::write(authority.file(), authority.issuer.pem()).expect("a file");
        authority
    }

    /// What trusts it.
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.join("ca.pem")
    }

    /// A key and a certificate for a name or address, in one file, as brokers read it; and each in its own.
    pub(crate) fn issue(&self, file: &str, subject: &str, years: (i32, i32)) -> [PathBuf; 3] {
        let mut params = CertificateParams::new(vec![subject.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, subject);
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let (key, certificate) = (key.serialize_pem(), certificate.pem());
        let texts = [format!("{key}{certificate}"), certificate, key];
        let paths = ["both", "certificate", "key"].map(|what| self.directory.join(format!("{file}-{what}.pem")));
        for (path, text) in paths.iter().zip(texts) {
            std::fs::write(path, text).expect("a file");
        }
        paths
    }
}
