//! TLS to PostgreSQL: rustls, always with a verified certificate.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connector that trusts the given authorities, or the operating system's.
pub(super) fn connector(authorities: Option<&Path>) -> io::Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(trusted_roots(authorities)?)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn trusted_roots(authorities: Option<&Path>) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(path) => {
            let unreadable = |error| io::Error::other(format!("sslrootcert {}: {error}", path.display()));
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                roots.add(certificate.map_err(unreadable)?).map_err(io::Error::other)?;
            }
        }
        // A broken certificate among a system's hundred is the system's business.
        None => _ = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
    }
    if roots.is_empty() {
        return Err(io::Error::other(
            "no certificate authority to trust: install the system's (ca-certificates) or name one with sslrootcert",
        ));
    }
    Ok(roots)
}
