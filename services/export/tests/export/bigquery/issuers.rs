//! Whoever gives tokens for a file with credentials: STS, IAM Credentials, OAuth, and a place that has subject tokens. They answer
//! as Google documents it, unless told otherwise, and a BigQuery that has no dataset yet answers beside them. All over TLS.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::StatusCode,
    web::{Bytes, Data, to},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::google::Tls;
use crate::fixture::TOKEN;

/// The service account that is taken on.
pub(super) const ACCOUNT: &str = "emply-export@clinic-data.iam.gserviceaccount.com";

/// What was asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) authorization: Option<String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Asked {
    /// A field of a form or of JSON.
    pub(super) fn field(&self, name: &str) -> String {
        if let Ok(json) = serde_json::from_str::<Value>(&self.body) {
            return json[name].as_str().map_or_else(|| json[name].to_string(), str::to_owned);
        }
        form_urlencoded::parse(self.body.as_bytes())
            .find_map(|(field, value)| (field == name).then(|| value.into_owned()))
            .unwrap_or_default()
    }
}

/// What is said in the place of a token.
type Said = (u16, String);

#[derive(Default)]
struct Inner {
    journal: Vec<Asked>,
    given: usize,
    /// By paths, once each.
    said: HashMap<String, Vec<Said>>,
}

pub(super) struct Issuers {
    pub(super) tls: Tls,
    inner: Arc<Mutex<Inner>>,
    server: ServerHandle,
}

impl Issuers {
    pub(super) async fn listen() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let state = Data::from(Arc::clone(&inner));
        let server = HttpServer::new(move || App::new().app_data(state.clone()).default_service(to(answer)));
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let plain = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { tls: Tls::before(&plain).await, inner, server: handle }
    }

    pub(super) fn ca(&self) -> &Path {
        self.tls.ca()
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.tls.url)
    }

    /// Where the service account is taken on.
    pub(super) fn impersonation(&self) -> String {
        self.address(&format!("/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"))
    }

    /// Who asks there next is told this.
    pub(super) fn next(&self, path: &str, status: u16, said: &Value) {
        let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
        self.inner.lock().unwrap().said.entry(path.to_owned()).or_default().push((status, said));
    }

    /// What was asked for since this was called last; none of it of BigQuery, but the last.
    pub(super) fn asked(&self) -> Vec<Asked> {
        let mut inner = self.inner.lock().unwrap();
        inner.said.clear();
        std::mem::take(&mut inner.journal)
    }

    pub(super) async fn close(self) {
        self.server.stop(false).await;
    }
}

async fn answer(request: HttpRequest, body: Bytes, inner: Data<Mutex<Inner>>) -> HttpResponse {
    let path = request.path().to_owned();
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut inner = inner.lock().unwrap();
    inner.journal.push(Asked {
        path: path.clone(),
        authorization: headers.get("authorization").cloned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let said = inner.said.iter_mut().find(|(part, _)| path.contains(*part)).map(|(_, said)| said);
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        let (status, text) = said.remove(0);
        return HttpResponse::build(StatusCode::from_u16(status).unwrap()).content_type("application/json").body(text);
    }
    let mut token = |of: &str| {
        inner.given += 1;
        format!("{TOKEN}{of}-{}", inner.given)
    };
    match &*path {
        "/sts" => HttpResponse::Ok().json(exchanged(&token("sts"), 3600)),
        "/oauth" => HttpResponse::Ok().json(json!({
            "access_token": token("user"), "expires_in": 3599, "token_type": "Bearer",
            "scope": "https://www.googleapis.com/auth/cloud-platform openid",
        })),
        "/subject" => HttpResponse::Ok().json(json!({ "id_token": format!("{TOKEN}of-a-url") })),
        path if path.ends_with(":generateAccessToken") => {
            HttpResponse::Ok().json(taken_on(&token("account"), Duration::from_hours(1)))
        }
        _ => {
            let error = json!({ "code": 404, "message": "Not found: Dataset", "errors": [{ "reason": "notFound" }] });
            HttpResponse::NotFound().json(json!({ "error": error }))
        }
    }
}

/// <https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token>
pub(super) fn exchanged(token: &str, seconds: u64) -> Value {
    json!({
        "access_token": token, "expires_in": seconds, "token_type": "Bearer",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
    })
}

/// <https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken>
pub(super) fn taken_on(token: &str, lasts: Duration) -> Value {
    #[expect(clippy::disallowed_methods, reason = "a test is not a service")]
    let ends: DateTime<Utc> = (SystemTime::now() + lasts).into();
    json!({ "accessToken": token, "expireTime": ends.format("%Y-%m-%dT%H:%M:%SZ").to_string() })
}
