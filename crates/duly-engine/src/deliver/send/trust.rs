//! Whose certificates are trusted: whom the system trusts, or where a file is named those in it alone.

use std::path::Path;
use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// Certificates of authorities, in DER.
#[derive(Debug, Clone, Default)]
pub(in crate::deliver) struct Trust {
    authorities: Vec<Vec<u8>>,
}

impl Trust {
    /// Reads the file, or asks the system.
    pub(in crate::deliver) fn load(file: Option<&Path>) -> Result<Self, String> {
        let authorities = match file {
            Some(path) => in_file(path)?,
            None => {
                let found = rustls_native_certs::load_native_certs();
                found.certs.iter().map(|certificate| certificate.as_ref().to_vec()).collect()
            }
        };
        Ok(Trust { authorities })
    }

    /// For HTTP.
    pub(super) fn of_http(&self) -> TlsConfig {
        let certificates = self.authorities.iter().map(|der| Certificate::from_der(der).to_owned());
        TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(certificates.collect())))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build()
    }

    /// For mail.
    pub(super) fn of_mail(&self) -> impl Iterator<Item = lettre::transport::smtp::client::Certificate> {
        let read = |der: &Vec<u8>| lettre::transport::smtp::client::Certificate::from_der(der.clone()).ok();
        self.authorities.iter().filter_map(read)
    }
}

fn in_file(path: &Path) -> Result<Vec<Vec<u8>>, String> {
    let text = std::fs::read(path).map_err(|error| format!("{} can not be read: {error}", path.display()))?;
    let der = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate.der().to_vec()),
        _ => None,
    };
    let found: Vec<Vec<u8>> = parse_pem(&text).filter_map(der).collect();
    if found.is_empty() { Err(format!("there is no certificate in {}, in PEM", path.display())) } else { Ok(found) }
}
