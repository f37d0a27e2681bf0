//! Files with credentials of every kind that Google gives out; `wrong`: what is wrong with them, or with whom they name.

mod wrong;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use actix_web::http::Method;
use rig::{Ended, Program};
use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};
use tokio::task::spawn_blocking;

use super::{
    Warehouse,
    google::Tls,
    issuers::{ACCOUNT, Asked, Issuers, taken_on},
    proxy::{Action, refusal},
};
use crate::fixture::{Rig, TOKEN};

const VARIABLE: &str = "GOOGLE_APPLICATION_CREDENTIALS";
const POOL: &str = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/clusters/providers/clinic";
const SCOPE: &str = "https://www.googleapis.com/auth/bigquery";

/// Files beside issuers, and a store that is to be exported.
struct Place {
    rig: Rig,
    issuers: Issuers,
    folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        Self { rig: Rig::sqlite().await, issuers: Issuers::listen().await, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// What somebody could read who is not to.
    fn secret(of: &str) -> String {
        format!("{TOKEN}{of}")
    }

    /// As `gcloud iam workload-identity-pools create-cred-config` writes it.
    fn federation(&self) -> Value {
        let subject = self.file("subject", &Self::secret("of-a-pod"));
        json!({
            "type": "external_account", "audience": POOL, "universe_domain": "googleapis.com",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": self.issuers.address("/sts"), "credential_source": { "file": subject },
        })
    }

    fn federation_of_account(&self) -> Value {
        with(self.federation(), &json!({ "service_account_impersonation_url": self.issuers.impersonation() }))
    }

    /// As `gcloud auth application-default login` writes it, and where its tokens come from.
    fn login(&self) -> Value {
        json!({
            "type": "authorized_user", "account": "", "client_id": "id", "client_secret": Self::secret("of-a-client"),
            "refresh_token": Self::secret("of-a-person"), "quota_project_id": "clinic-data",
            "token_uri": self.issuers.address("/oauth"),
        })
    }

    /// The same with `--impersonate-service-account`.
    fn impersonation(&self, source: &Value) -> Value {
        json!({
            "type": "impersonated_service_account", "delegates": ["projects/-/serviceAccounts/between@x"],
            "service_account_impersonation_url": self.issuers.impersonation(), "source_credentials": source,
        })
    }

    fn export(&self, credentials: &Path) -> Program {
        let export = self.rig.export().without("LAKE_PATH").with("WAREHOUSE_TYPE", "bigquery").with("PATH", "/nowhere");
        export
            .with_all(&[("BIGQUERY_PROJECT", "test"), ("BIGQUERY_DATASET", "d")])
            .with("BIGQUERY_ENDPOINT", &self.issuers.tls.url)
            .with("SSL_CERT_FILE", self.issuers.ca().to_str().unwrap())
            .with(VARIABLE, credentials.to_str().unwrap())
    }

    fn check_of(&self, credentials: &Path) -> Program {
        // whatever a library would tell of itself, it keeps secrets
        self.export(credentials).argument("check").with("RUST_LOG", "trace")
    }

    fn check(&self, credentials: &Value) -> Program {
        self.check_of(&self.file("credentials.json", &credentials.to_string()))
    }

    /// What was asked for until BigQuery was, and whose token that got.
    async fn must_be_let_in(&self, check: Program, account: &str, token: &str) -> Vec<Asked> {
        let ended = run(check).await;
        ended.must(0, &["is not there yet; export makes it", "Google account: ", account]);
        let (bigquery, asked): (Vec<_>, Vec<_>) =
            self.issuers.asked().into_iter().partition(|asked| asked.path.starts_with("/bigquery/"));
        let got = bigquery[0].authorization.as_deref().unwrap_or_default();
        assert!(got.starts_with(&format!("Bearer {TOKEN}{token}")), "{got}");
        asked
    }

    async fn close(self) {
        self.issuers.close().await;
    }
}

/// The same with these fields.
fn with(mut json: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        json[name] = value.clone();
    }
    json
}

async fn run(program: Program) -> Ended {
    spawn_blocking(move || program.run()).await.unwrap()
}

fn paths(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|asked| asked.path.rsplit(['/', ':']).next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workload_outside_google_exchanges_its_token() {
    let place = Place::new().await;
    let asked = place.must_be_let_in(place.check(&place.federation()), &format!("a principal of {POOL}"), "sts-").await;
    let subject = Place::secret("of-a-pod");
    assert_eq!(paths(&asked), ["sts"]);
    for (field, value) in [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("subject_token", &subject),
        ("audience", POOL),
        ("scope", SCOPE),
    ] {
        assert_eq!(asked[0].field(field), value, "{field}");
    }

    // with the rights of a service account
    let account = format!("{ACCOUNT}, by workload identity federation (external_account, ");
    let asked = place.must_be_let_in(place.check(&place.federation_of_account()), &account, "account-").await;
    assert_eq!(paths(&asked), ["sts", "generateAccessToken"]);
    assert_eq!(asked[1].field("scope"), format!("[\"{SCOPE}\"]"));
    assert!(asked[1].authorization.as_ref().is_some_and(|token| token.starts_with(&format!("Bearer {TOKEN}sts-"))));
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_token_may_be_somewhere_else() {
    let place = Place::new().await;
    let json = place.file("subject.json", &json!({ "token": Place::secret("in-json") }).to_string());
    let format = |name: &str| json!({ "type": "json", "subject_token_field_name": name });
    let source = json!({ "credential_source": { "file": json, "format": format("token") } });
    let asked = place.must_be_let_in(place.check(&with(place.federation(), &source)), POOL, "sts-").await;
    assert_eq!(asked[0].field("subject_token"), Place::secret("in-json"));

    let at = json!({
        "url": place.issuers.address("/subject"), "headers": { "Metadata": "True" }, "format": format("id_token"),
    });
    let check = place.check(&with(place.federation(), &json!({ "credential_source": at })));
    let asked = place.must_be_let_in(check, POOL, "sts-").await;
    assert_eq!(paths(&asked), ["subject", "sts"]);
    assert_eq!(asked[0].headers["metadata"], "True");
    assert_eq!(asked[1].field("subject_token"), Place::secret("of-a-url"));

    // AWS: a call that is signed, and that Google makes in its place
    let verify = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15";
    let aws = json!({ "environment_id": "aws1", "regional_cred_verification_url": verify });
    let check = place.check(&with(
        place.federation(),
        &json!({ "credential_source": aws, "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request" }),
    ));
    let key = Place::secret("of-aws");
    let check =
        check.with_all(&[("AWS_REGION", "eu-north-1"), ("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", &key)]);
    let asked = place.must_be_let_in(check, POOL, "sts-").await;
    let signed = asked[0].field("subject_token");
    assert!(
        signed.contains("GetCallerIdentity") && signed.contains("eu-north-1") && !signed.contains(&key),
        "{signed}"
    );
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_exchanged_and_a_service_account_taken_on() {
    let place = Place::new().await;
    let of_nobody = "an account without a name, by a person's login (authorized_user, ";
    let asked = place.must_be_let_in(place.check(&place.login()), of_nobody, "user-").await;
    assert_eq!(paths(&asked), ["oauth"]);
    for (field, value) in [
        ("grant_type", "refresh_token"),
        ("client_id", "id"),
        ("client_secret", &*Place::secret("of-a-client")),
        ("refresh_token", &*Place::secret("of-a-person")),
        // what the person has agreed to
        ("scope", "null"),
    ] {
        assert_eq!(asked[0].field(field), value, "{field}");
    }
    let by_another = with(
        place.login(),
        &json!({
            "type": "external_account_authorized_user", "account": "doctor@clinic.example", "token_uri": null,
            "token_url": place.issuers.address("/sts"), "audience": "//iam.googleapis.com/locations/global/workforcePools/p/providers/q",
        }),
    );
    let asked = place.must_be_let_in(place.check(&by_another), "doctor@clinic.example, by ", "sts-").await;
    assert_eq!(asked[0].field("refresh_token"), Place::secret("of-a-person"));

    let account = format!("{ACCOUNT}, by impersonation (impersonated_service_account, ");
    for (source, first, token) in [(place.login(), "oauth", "user-"), (place.federation(), "sts", "sts-")] {
        let check = place.check(&place.impersonation(&source));
        let asked = place.must_be_let_in(check, &account, "account-").await;
        assert_eq!(paths(&asked), [first, "generateAccessToken"]);
        assert_eq!(asked[1].field("delegates"), r#"["projects/-/serviceAccounts/between@x"]"#);
        assert!(asked[1].authorization.as_ref().is_some_and(|by| by.starts_with(&format!("Bearer {TOKEN}{token}"))));
    }

    // the file that gcloud leaves is found without being named
    let home = place.folder.path().join("home");
    std::fs::create_dir_all(home.join(".config/gcloud")).unwrap();
    let left = home.join(".config/gcloud/application_default_credentials.json");
    std::fs::write(left, place.impersonation(&place.login()).to_string()).unwrap();
    let check = place.check(&json!({})).without(VARIABLE).with("HOME", home.to_str().unwrap());
    place.must_be_let_in(check, &account, "account-").await;
    place.close().await;
}

/// An RSA key. Without openssl it says so and gives none.
fn key_by_openssl() -> Option<String> {
    let words = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    let Ok(made) = Command::new("openssl").args(words).output() else {
        // not eprintln!: the test runner would swallow that
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: a service account's key, because there is no openssl to make one");
        return None;
    };
    Some(String::from_utf8(made.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_signs_for_its_account() {
    let Some(key) = key_by_openssl() else { return };
    let place = Place::new().await;
    let json = json!({
        "type": "service_account", "project_id": "clinic-data", "client_email": ACCOUNT, "private_key": key,
        "private_key_id": "1",
        "token_uri": place.issuers.address("/oauth"),
    });
    let part_of_key = key.lines().nth(1).unwrap();
    let check = |json: &Value| place.check(json).keeping_secret(&[part_of_key]);
    let account = format!("{ACCOUNT}, by a service account's key (service_account, ");
    let asked = place.must_be_let_in(check(&json), &account, "user-").await;
    assert_eq!(asked[0].field("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    place.must_be_let_in(check(&place.impersonation(&json)), ACCOUNT, "account-").await;

    let broken = with(json, &json!({ "private_key": part_of_key }));
    run(check(&broken)).await.must(2, &["a service account's key (service_account, ", "failed to parse", VARIABLE]);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_kept_renewed_and_replaced() {
    let Some(warehouse) = Warehouse::new().await else { return };
    let place = Place::new().await;
    let bigquery = Tls::before(&warehouse.proxy.url).await;
    let trusted = NamedTempFile::new().unwrap();
    let both = [bigquery.ca(), place.issuers.ca()].map(|ca| std::fs::read_to_string(ca).unwrap()).concat();
    std::fs::write(trusted.path(), both).unwrap();
    let file = place.file("credentials.json", &place.federation_of_account().to_string());
    let export = || {
        let export = warehouse.export().with("BIGQUERY_ENDPOINT", &bigquery.url).with("PATH", "/nowhere");
        export.with("SSL_CERT_FILE", trusted.path().to_str().unwrap()).with(VARIABLE, file.to_str().unwrap())
    };
    // kept: one for all, but for the one that BigQuery refuses
    warehouse.proxy.next(Method::POST, "/jobs", Action::Revoke);
    run(export()).await.must(0, &["the warehouse has what the store has"]);
    assert_eq!(paths(&place.issuers.asked()), ["sts", "generateAccessToken", "sts", "generateAccessToken"]);
    warehouse.must_have_what_the_store_has().await;

    // renewed: four minutes before the end, and when one has ended
    for lasts in [Duration::from_secs(242), Duration::from_secs(2)] {
        place.issuers.next("generateAccessToken", 200, &taken_on(&Place::secret("short"), lasts));
        for _ in 0..4 {
            warehouse.proxy.next(Method::GET, "/datasets/", refusal(503, "backendError"));
        }
        run(export()).await.must(0, &[]);
        let asked = place.issuers.asked();
        assert_eq!(paths(&asked), ["sts", "generateAccessToken", "sts", "generateAccessToken"], "{lasts:?}");
        let token = warehouse.proxy.token().unwrap();
        assert!(token.starts_with(&format!("Bearer {TOKEN}account-")), "{token}");
    }
    place.close().await;
    warehouse.close().await;
}
