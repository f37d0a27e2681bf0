//! What is wrong with a file, with what it names, or with who is asked: said with the way out, and waited for where that may help.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rig::http::Silence;
use serde_json::{Value, json};
use tokio::{task::spawn_blocking, time::sleep};

use super::{Place, VARIABLE, run, with};
use crate::bigquery::{google::Tls, issuers::taken_on};

const TAKEN_ON: &str = "generateAccessToken";

fn source(place: &Place, source: &Value) -> Value {
    with(place.federation(), &json!({ "credential_source": source }))
}

/// A file, and what is said of it.
type Wrong = (Value, Vec<&'static str>);

fn of_no_use(place: &Place) -> Vec<Wrong> {
    let mut without_audience = place.federation();
    without_audience.as_object_mut().unwrap().remove("audience");
    let program = json!({ "executable": { "command": "/bin/echo", "timeout_millis": 5000 } });
    vec![
        (json!("a"), vec!["has no `type`", "external_account"]),
        (json!({ "type": ["service_account"] }), vec!["has no `type`"]),
        (
            with(place.login(), &json!({ "type": "gdch_service_account" })),
            vec!["of the type \"gdch_service_account\"", "authorized_user"],
        ),
        (
            with(place.login(), &json!({ "refresh_token": null })),
            vec!["a person's login (authorized_user, ", "invalid type: null"],
        ),
        (without_audience, vec!["workload identity federation (external_account, ", "missing field `audience`"]),
        (source(place, &json!({})), vec!["workload identity federation", "did not match any variant"]),
        (
            source(place, &program),
            vec!["names a program to be run (credential_source.executable)", "credential_source.file"],
        ),
    ]
}

/// Files that would send a secret where it could be read.
fn not_over_https(place: &Place) -> Vec<Wrong> {
    let plain = "https://sts.googleapis.com/v1/token".replace("https", "http");
    let login = with(place.login(), &json!({ "token_uri": plain }));
    let account = with(place.federation_of_account(), &json!({ "service_account_impersonation_url": "ftp://x" }));
    let (uri, url) = ("has a token_uri that is no address of https", "has a token_url that is no address of https");
    let cases = [
        (with(place.federation(), &json!({ "token_url": plain })), url),
        (with(place.login(), &json!({ "token_uri": 5 })), uri),
        (place.impersonation(&login), uri),
        (account, "has a service_account_impersonation_url that is no address of https"),
    ];
    cases.into_iter().map(|(credentials, words)| (credentials, vec![words])).collect()
}

/// Files that name a subject token which is not what it is said to be.
fn with_another_subject(place: &Place) -> Vec<Wrong> {
    let text = json!({ "token": Place::secret("in-json") }).to_string();
    let (json_file, no_json) = (place.file("subject.json", &text), place.file("no.json", &Place::secret("no-json")));
    let format = json!({ "type": "json", "subject_token_field_name": "id_token" });
    vec![
        (
            source(place, &json!({ "file": json_file, "format": format })),
            vec!["subject.json (credential_source.file), has no text under \"id_token\"", "credential_source.format"],
        ),
        (
            source(place, &json!({ "file": no_json, "format": format })),
            vec!["no.json (credential_source.file), is not JSON"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_file_is_said_and_not_waited_for() {
    let place = Place::new().await;
    let unusable = "FAIL  Google account: no access token for BigQuery: the credentials cannot be used: ";
    for (credentials, words) in [of_no_use(&place), not_over_https(&place), with_another_subject(&place)].concat() {
        let begun = Instant::now();
        let said = vec![unusable, "credentials.json", VARIABLE];
        run(place.check(&credentials)).await.must(2, &[said, words.clone()].concat());
        assert!(begun.elapsed() < Duration::from_secs(5), "{words:?}");
        assert!(place.issuers.asked().is_empty(), "{words:?}: somebody was asked");
    }
    let not_json = place.file("credentials.json", &format!("{{ {}", Place::secret("of-a-person")));
    run(place.check_of(&not_json)).await.must(2, &[unusable, "credentials.json is not JSON", VARIABLE]);
    let missing = Path::new("/nowhere/key.json");
    run(place.check_of(missing)).await.must(2, &[unusable, "/nowhere/key.json cannot be read: No such file", VARIABLE]);
    let content = Path::new("{}").join(Place::secret("of-a-person"));
    run(place.check_of(&content)).await.must(2, &["is not the path of a file", VARIABLE]);
    place.close().await;
}

/// Who is asked, what is answered, how a check ends, and what it says.
struct Refused {
    credentials: Value,
    path: &'static str,
    answer: (u16, Value),
    code: i32,
    words: &'static [&'static str],
}

fn refused(place: &Place) -> [Refused; 9] {
    let oauth = |error: &str, text: &str| json!({ "error": error, "error_description": text });
    let denied = json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "Permission denied" } });
    let page = json!("<html>a proxy</html>");
    let sts = |status, said, code, words| {
        let credentials = place.federation();
        Refused { credentials, path: "/sts", answer: (status, said), code, words }
    };
    let account = |status, said, code, words| {
        let credentials = place.federation_of_account();
        Refused { credentials, path: TAKEN_ON, answer: (status, said), code, words }
    };
    let revoked = oauth("invalid_grant", "Token has been expired or revoked.");
    // so long that it is not shown to its end, which is in the middle of the secret
    let echo = format!("{}: {}", "not taken ".repeat(29), Place::secret("of-a-pod"));
    let echo = oauth("invalid_client", &echo);
    [
        sts(
            400,
            oauth("invalid_grant", "The audience in ID Token does not match"),
            2,
            &[
                "/sts refuses (invalid_grant): The audience in ID Token does not match: ",
                "workload-identity-pools providers describe",
            ],
        ),
        sts(401, echo, 2, &["/sts refuses (invalid_client): not taken ", "not taken : ***: "]),
        sts(503, oauth("temporarily_unavailable", "later"), 1, &["/sts refuses (temporarily_unavailable): later"]),
        sts(502, page.clone(), 1, &["502 Bad Gateway", "/sts"]),
        sts(200, page, 2, &["workload identity federation (external_account, ", "error decoding response body"]),
        account(
            403,
            denied.clone(),
            2,
            &["cannot be taken on (PERMISSION_DENIED): Permission denied: ", "roles/iam.workloadIdentityUser"],
        ),
        // it has ended before it came
        account(200, taken_on("x", Duration::ZERO), 1, &["is the clock of this machine right"]),
        Refused {
            credentials: place.impersonation(&place.login()),
            path: TAKEN_ON,
            answer: (403, denied),
            code: 2,
            words: &["cannot be taken on", "roles/iam.serviceAccountTokenCreator"],
        },
        Refused {
            credentials: place.login(),
            path: "/oauth",
            answer: (400, revoked),
            code: 2,
            words: &["/oauth refuses (invalid_grant): Token has been", "gcloud auth application-default login"],
        },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_google_refuses_is_said_with_the_way_out() {
    let place = Place::new().await;
    for Refused { credentials, path, answer: (status, said), code, words } in refused(&place) {
        place.issuers.next(path, status, &said);
        let all = [&["FAIL  Google account: no access token", "credentials.json", VARIABLE], words].concat();
        run(place.check(&credentials)).await.must(code, &all);
        let asked = place.issuers.asked();
        assert!(asked.last().is_some_and(|last| last.path.contains(path)), "{words:?}: {asked:?}");
    }
    // nobody takes connections, and nobody is trusted
    let nobody = with(place.federation(), &json!({ "token_url": "https://127.0.0.1:1/sts" }));
    run(place.check(&nobody)).await.must(1, &["https://127.0.0.1:1/sts", "Connection refused", "credentials.json"]);
    let stranger = Tls::before("http://127.0.0.1:1").await;
    let untrusted = with(place.federation(), &json!({ "token_url": format!("{}/sts", stranger.url) }));
    run(place.check(&untrusted)).await.must(1, &[&stranger.url, "invalid peer certificate"]);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_token_that_is_late_is_waited_for() {
    let place = Place::new().await;
    let credentials = place.federation();
    let subject = PathBuf::from(credentials["credential_source"]["file"].as_str().unwrap());
    std::fs::remove_file(&subject).unwrap();
    let missing = "subject (credential_source.file), cannot be read: No such file";
    run(place.check(&credentials)).await.must(1, &[missing, "serviceAccountToken", "credentials.json"]);
    std::fs::write(&subject, "\n").unwrap();
    run(place.check(&credentials)).await.must(1, &["subject (credential_source.file), is empty"]);
    assert!(place.issuers.asked().is_empty());

    std::fs::remove_file(&subject).unwrap();
    // a run, which comes no further than to a BigQuery that makes no dataset
    let program = place.export(&place.file("credentials.json", &credentials.to_string()));
    let running = program.clone().start();
    sleep(Duration::from_secs(3)).await;
    assert!(place.issuers.asked().is_empty());
    std::fs::write(&subject, Place::secret("of-a-pod")).unwrap();
    let ended = spawn_blocking(move || running.wait()).await.unwrap();
    ended.must(2, &["waiting for an access token", "BigQuery answered 404"]);
    assert_eq!(place.issuers.asked()[0].path, "/sts");

    // somebody who takes connections and says nothing
    let silence = Silence::start();
    let nobody = with(credentials, &json!({ "token_url": silence.url().replace("http:", "https:") }));
    let begun = Instant::now();
    run(place.check(&nobody)).await.must(1, &["no answer for 8 seconds", VARIABLE]);
    assert!(begun.elapsed() < Duration::from_secs(13), "{:?}", begun.elapsed());
    place.file("credentials.json", &nobody.to_string());
    let running = program.start();
    sleep(Duration::from_secs(2)).await;
    let (ended, took) = spawn_blocking(move || running.stop()).await.unwrap();
    ended.must(1, &["stopped by a signal"]);
    assert!(took < Duration::from_secs(5), "{took:?}");
    place.close().await;
}
