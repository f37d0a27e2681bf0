//! What of Google's is around BigQuery: a metadata server at its own address, and TLS. They are in a network of their own; a
//! bridge leads from there to the emulator.

use std::{
    io::Write as _,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web::to};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rig::namespace::{Own, command, is_inside, run_inside};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::json;
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
};
use tokio_rustls::TlsAcceptor;

use crate::fixture::TOKEN;

/// Where the metadata server is, on every machine of Google's.
pub(super) const METADATA: (&str, u16) = ("169.254.169.254", 80);
const METADATA_NAME: &str = "metadata.google.internal";
/// Who the workload is.
pub(super) const WORKLOAD: &str = "workload@test.iam.gserviceaccount.com";

/// Whether this is in a network that has the emulator and the address of the metadata server. From outside it runs the test of
/// this name there.
pub(super) async fn is_in_network(test: &str, emulator: &str) -> bool {
    let emulator: SocketAddr = emulator.trim_start_matches("http://").parse().unwrap();
    // a socket in the file system can be reached from both networks
    let socket = std::env::temp_dir().join(format!("{test}-{}.socket", emulator.port()));
    if !is_inside() {
        let bridge = tokio::spawn(bridge_out(UnixListener::bind(&socket).unwrap(), emulator));
        run_inside(test, Own::MountsNetworkAndProcesses).await;
        bridge.abort();
        std::fs::remove_file(&socket).unwrap();
        return false;
    }
    command(&["ip", "link", "set", "lo", "up"]).await;
    command(&["ip", "address", "add", &format!("{}/32", METADATA.0), "dev", "lo"]).await;
    let mut hosts = NamedTempFile::new().unwrap();
    writeln!(hosts, "127.0.0.1 localhost\n{} {METADATA_NAME}", METADATA.0).unwrap();
    command(&["mount", "--bind", hosts.path().to_str().unwrap(), "/etc/hosts"]).await;
    tokio::spawn(bridge_in(TcpListener::bind(emulator).await.unwrap(), socket.display().to_string()));
    true
}

async fn bridge_out(listener: UnixListener, emulator: SocketAddr) {
    while let Ok((near, _)) = listener.accept().await {
        tokio::spawn(async move { join(near, TcpStream::connect(emulator).await).await });
    }
}

async fn bridge_in(listener: TcpListener, socket: String) {
    while let Ok((near, _)) = listener.accept().await {
        let socket = socket.clone();
        tokio::spawn(async move { join(near, UnixStream::connect(socket).await).await });
    }
}

/// An end of one is an end of both.
async fn join(
    mut near: impl AsyncRead + AsyncWrite + Unpin,
    far: std::io::Result<impl AsyncRead + AsyncWrite + Unpin>,
) {
    if let Ok(mut far) = far {
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}

/// A metadata server that is listening. It gives one token after the other.
pub(super) struct Metadata {
    given: Arc<AtomicUsize>,
}

impl Metadata {
    pub(super) fn listen() -> Self {
        let given = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&given);
        let server = HttpServer::new(move || {
            let counter = Arc::clone(&counter);
            App::new().default_service(to(move |request: HttpRequest| {
                let answer = metadata(&request, &counter);
                async move { answer }
            }))
        });
        tokio::spawn(server.workers(1).disable_signals().bind(METADATA).unwrap().run());
        Self { given }
    }

    /// Tokens given so far.
    pub(super) fn given(&self) -> usize {
        self.given.load(Ordering::SeqCst)
    }
}

fn metadata(request: &HttpRequest, given: &AtomicUsize) -> HttpResponse {
    let is_for_us = request.headers().get("metadata-flavor").is_some_and(|flavor| flavor == "Google");
    match request.path() {
        _ if !is_for_us || request.connection_info().host() != METADATA_NAME => HttpResponse::Forbidden().finish(),
        "/computeMetadata/v1/project/project-id" => HttpResponse::Ok().body("test"),
        "/computeMetadata/v1/instance/service-accounts/default/email" => HttpResponse::Ok().body(WORKLOAD),
        "/computeMetadata/v1/instance/service-accounts/default/token" => {
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!("{TOKEN}{number}");
            HttpResponse::Ok().json(json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer" }))
        }
        _ => HttpResponse::NotFound().finish(),
    }
}

/// TLS in front of something that speaks plain HTTP, by a CA that nobody knew before.
pub(super) struct Tls {
    pub(super) url: String,
    ca: NamedTempFile,
}

impl Tls {
    pub(super) async fn before(plain: &str) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let mut ca = NamedTempFile::new().unwrap();
        ca.write_all(authority.pem().as_bytes()).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let plain = plain.trim_start_matches("http://").parse().unwrap();
        tokio::spawn(unwrap_tls(listener, TlsAcceptor::from(Arc::new(config)), plain));
        Self { url, ca }
    }

    /// For `SSL_CERT_FILE`.
    pub(super) fn ca(&self) -> &Path {
        self.ca.path()
    }
}

async fn unwrap_tls(listener: TcpListener, acceptor: TlsAcceptor, plain: SocketAddr) {
    while let Ok((near, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Ok(near) = acceptor.accept(near).await {
                join(near, TcpStream::connect(plain).await).await;
            }
        });
    }
}
