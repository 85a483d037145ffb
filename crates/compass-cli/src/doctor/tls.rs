//! What a failure of TLS means, and what to do about it: that depends on what is wrong with the certificate.

use std::error::Error;
use std::io;

use rustls::CertificateError;

/// What to do where TLS cannot even be set up, as in an image with nothing in it.
pub(super) const NO_AUTHORITIES: &str = "install the system's CA certificates (often a package named ca-certificates), or name a \
                                         PEM file of them in SSL_CERT_FILE";

/// The failure of TLS that is behind an error, if one is.
pub(super) fn failure<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        // What an I/O error holds is no source of it, but its own source is.
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match held {
            Some(held) => match held.downcast_ref() {
                Some(failure) => return Some(failure),
                None => next = Some(held),
            },
            None => match error.downcast_ref() {
                Some(failure) => return Some(failure),
                None => next = error.source(),
            },
        }
    }
    None
}

/// What to do about it.
pub(super) fn todo(failure: &rustls::Error) -> &'static str {
    match failure {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer if cfg!(any(windows, target_vendor = "apple")) => {
                "the certificate's authority is not trusted here: if it is that of your own proxy or gateway, add it to the \
                 system's certificates"
            }
            CertificateError::UnknownIssuer => {
                "the certificate's authority is not trusted here: if it is that of your own proxy or gateway, add it to the \
                 system's certificates, or name a PEM file of all that are to be trusted in SSL_CERT_FILE"
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                "check this machine's clock; if it is right, whoever runs the site or the proxy before it has to renew the \
                 certificate"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate is of another host: check the site's name and the URL"
            }
            // The list is open. What is left is wrong with the certificate itself.
            _ => "whoever runs the site or the proxy before it has to mend its certificate",
        },
        rustls::Error::InvalidMessage(_) => "what answers there speaks no TLS: check the URL and its port, and a proxy",
        // The list is open: versions, ciphers, alerts. All of them are between the two ends.
        _ => "the two ends do not agree on how to speak: check the URL, and a proxy that takes TLS apart",
    }
}
