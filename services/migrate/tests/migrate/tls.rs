//! How much TLS there is on the way to a server, as the real program goes it.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rig::{Backend, Database, Ended};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::program;

/// An address of this machine that is no loopback by its name.
const ELSEWHERE: &str = "0.0.0.0";

/// TLS before a server that has none, by an authority that nobody knew before.
struct Tls {
    port: u16,
    authority: NamedTempFile,
    shaken: Arc<AtomicUsize>,
}

impl Tls {
    async fn before(server: &Url, name: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let mut authority = NamedTempFile::new().unwrap();
        authority.write_all(issuer.pem().as_bytes()).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (port, shaken) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let far = (server.host_str().unwrap().to_owned(), server.port().unwrap());
        let (acceptor, counter) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&shaken));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(lead(near, far.clone(), acceptor.clone(), Arc::clone(&counter)));
            }
        });
        Self { port, authority, shaken }
    }

    fn authority(&self) -> &str {
        self.authority.path().to_str().unwrap()
    }
}

async fn lead(mut near: TcpStream, far: (String, u16), acceptor: TlsAcceptor, shaken: Arc<AtomicUsize>) {
    // what a client sends first that wants TLS
    let mut wish = [0; 8];
    if near.read_exact(&mut wish).await.is_err() || wish != [0, 0, 0, 8, 4, 210, 22, 47] {
        return;
    }
    near.write_all(b"S").await.unwrap();
    if let Ok(mut near) = acceptor.accept(near).await {
        shaken.fetch_add(1, Ordering::SeqCst);
        let mut far = TcpStream::connect(far).await.unwrap();
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}

fn at(url: &Url, host: &str, port: u16) -> String {
    let mut url = url.clone();
    url.set_host(Some(host)).unwrap();
    url.set_port(Some(port)).unwrap();
    url.into()
}

async fn check(url: String, settings: &[(&str, &str)]) -> Ended {
    let program = program(&[("DATABASE_URL", &*url)], &["check"]).with_all(settings);
    tokio::task::spawn_blocking(|| program.run()).await.unwrap()
}

fn reached(ended: &Ended) -> bool {
    ended.out.contains("ok    database")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_elsewhere_is_reached_by_tls_alone_unless_less_is_asked_for() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let database = Database::new(Backend::Postgres).await;
    let url: Url = database.url.parse().unwrap();
    let tls = Tls::before(&url, "db.example.org").await;
    let (plain, wrapped) = (at(&url, ELSEWHERE, url.port().unwrap()), at(&url, ELSEWHERE, tls.port));
    let refused = check(plain.clone(), &[]).await;
    assert_eq!(refused.code(), Some(2), "{refused:?}");
    assert!(refused.out.contains("does not support TLS") && refused.out.contains("sslmode=disable"), "{refused:?}");
    for asked in ["prefer", "disable", "allow"] {
        assert!(reached(&check(plain.clone(), &[("PGSSLMODE", asked)]).await), "{asked}");
        assert!(reached(&check(format!("{plain}?sslmode={asked}"), &[]).await), "{asked}");
    }
    assert!(reached(&check(url.to_string(), &[]).await), "on this machine nothing is demanded");
    assert!(reached(&check(wrapped, &[]).await), "whose certificate it is, nobody has asked");
    assert!(tls.shaken.load(Ordering::SeqCst) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_authority_is_given_the_certificate_is_held_against_it_and_the_name() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let database = Database::new(Backend::Postgres).await;
    let url: Url = database.url.parse().unwrap();
    let (tls, other) = (Tls::before(&url, ELSEWHERE).await, Tls::before(&url, "db.example.org").await);
    let (right, wrong) = (at(&url, ELSEWHERE, tls.port), at(&url, ELSEWHERE, other.port));
    assert!(reached(&check(right.clone(), &[("PGSSLROOTCERT", tls.authority())]).await));
    assert!(reached(&check(format!("{right}?sslrootcert={}", tls.authority()), &[]).await));
    for (url, authority, why) in [
        (&right, other.authority(), "another authority"),
        (&wrong, other.authority(), "another name"),
        (&url.to_string(), tls.authority(), "no TLS, also on this machine"),
    ] {
        let refused = check(url.clone(), &[("PGSSLROOTCERT", authority)]).await;
        assert_eq!(refused.code(), Some(2), "{why}: {refused:?}");
        assert!(refused.out.contains("TLS") && refused.out.contains("sslmode"), "{why}: {refused:?}");
    }
    let less = [("PGSSLROOTCERT", other.authority()), ("PGSSLMODE", "verify-ca")];
    assert!(reached(&check(wrong, &less).await), "the name is not asked for");
}
