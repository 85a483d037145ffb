//! A Compass behind TLS: what `doctor` makes of certificates. Only on Linux does a variable say which are trusted; elsewhere
//! the system's own store does, and that is none of a test's business.
#![cfg(target_os = "linux")]

mod support;

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use support::{COMPONENT, Compass, Server, compass, events, server};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What is wrong with the server's certificate, if it is not its authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    Host,
    Time,
}

/// A server that speaks TLS before a mock.
struct Secured {
    server: Server,
    url: String,
    /// A folder with the authority's certificate.
    folder: tempfile::TempDir,
    _threads: Runtime,
}

fn secured(wrong: Wrong) -> Secured {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let host = if wrong == Wrong::Host { "compass.example.com" } else { "127.0.0.1" };
    let mut own = CertificateParams::new([host.to_owned()]).unwrap();
    if wrong == Wrong::Time {
        own.not_after = date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("authority.pem"), authority.pem()).unwrap();

    let server = server([]);
    let plain = server.mock.origin().trim_start_matches("http://").to_owned();
    let threads = Runtime::new().unwrap();
    let listener = threads.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("https://{}/gateway/api", listener.local_addr().unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(config));
    threads.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                copy_bidirectional(&mut stream, &mut TcpStream::connect(plain).await?).await
            });
        }
    });
    Secured { server, url, folder, _threads: threads }
}

impl Secured {
    /// The program, told to trust the authority, and no other.
    fn trusting<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Compass {
        let file = self.folder.path().join("authority.pem");
        compass(args).sending_to(&self.url).env("SSL_CERT_FILE", file.to_str().unwrap())
    }

    /// What doctor says of the connection, and how it ends.
    fn connection(compass: Compass) -> String {
        let ended = compass.run();
        let line = ended.stdout.lines().find(|line| line.contains("  connection ")).unwrap();
        format!("{line}\nexit {}", ended.code)
    }
}

#[test]
fn doctor_says_what_is_wrong_with_a_certificate_and_what_to_do() {
    let untrusted = secured(Wrong::Nothing);
    let mut told = format!("# unknown\n{}\n", Secured::connection(compass(["doctor"]).sending_to(&untrusted.url)));
    for (name, wrong) in [("host", Wrong::Host), ("time", Wrong::Time)] {
        let site = secured(wrong);
        let line = Secured::connection(site.trusting(["doctor"]));
        // Which moment that was is another one each time.
        let line = match line.split_once("expired: ") {
            Some((before, after)) => format!("{before}expired: …;{}", after.split_once(';').unwrap().1),
            None => line,
        };
        told.push_str(&format!("# {name}\n{line}\n"));
        assert!(site.server.came().is_empty(), "{wrong:?}");
    }
    let plain = untrusted.server.url.replace("http://", "https://");
    told.push_str(&format!("# plain\n{}\n", Secured::connection(compass(["doctor"]).sending_to(&plain))));
    let none = compass(["doctor"]).sending_to(&untrusted.url).env("SSL_CERT_FILE", "/dev/null");
    told.push_str(&format!("# no authorities\n{}\n", Secured::connection(none)));
    // Nobody who is not trusted gets a word of it.
    assert!(untrusted.server.came().is_empty());
    insta::assert_snapshot!(told);
}

#[test]
fn an_authority_of_ones_own_can_be_trusted() {
    let site = secured(Wrong::Nothing);
    assert_eq!(Secured::connection(site.trusting(["doctor"])), "pass  connection   TLS, certificate accepted\nexit 0");
    let (_, args) = events().remove(4);
    let sent = |compass: Compass| compass.env("COMPASS_COMPONENT", COMPONENT).run();
    assert_eq!(sent(site.trusting(args.clone())).code, 0);
    assert_eq!(site.server.mock.received().saved().len(), 1);
    // And without that it does not arrive, at once and with the reason.
    let ended = sent(compass(args).sending_to(&site.url));
    assert_eq!(ended.code, 5);
    assert!(ended.stderr.contains("invalid peer certificate: UnknownIssuer"), "{ended:?}");
    assert_eq!(site.server.mock.received().events().len(), 1);
}
