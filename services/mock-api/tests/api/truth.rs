//! What the settings say of the world's past and of how applications end.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::{Mock, START};

const HAZARDS: [(&str, &str); 4] = [
    ("MOCK_HIRED_SHARE", "0.3"),
    ("MOCK_MEDIAN_DAYS", "12"),
    ("MOCK_HISTORY_DAYS", "60"),
    ("MOCK_APPLICATIONS", "8000"),
];

fn instant(record: &Value, name: &str) -> DateTime<Utc> {
    let text = record[name].as_str().expect("text");
    let zoned = if text.ends_with('Z') { text.to_owned() } else { format!("{text}Z") };
    zoned.parse().expect("a date-time")
}

#[tokio::test]
async fn history_is_as_long_as_it_is_asked_for_and_the_rate_follows() {
    let start: DateTime<Utc> = START.parse().expect("a date-time");
    for (days, arrivals) in [("1", 300 * 7), ("28", 300 / 4), ("1000", 2)] {
        let mock = Mock::start(&[("MOCK_HISTORY_DAYS", days)]).await;
        let applications = mock.applications_since("1990-01-01").await;
        assert_eq!(applications.len(), 300, "{days}");
        let first = start - TimeDelta::days(days.parse().expect("a number"));
        assert!(applications.iter().all(|application| instant(application, "created") >= first), "{days}");
        assert_eq!(mock.world().await["truth"]["history_days"].to_string(), days);
        let came = mock.advance(24 * 7).await["applications"]["created"].as_u64().expect("a count");
        assert!((arrivals / 2..=arrivals * 2 + 3).contains(&came), "{days}: {came} in a week");
    }
}

/// Share hired of those that came to an end, and how many these are.
fn hired(applications: &[Value]) -> (f64, usize) {
    // a few show no label of their stage; what became of them cannot be told
    let labelled = applications.iter().filter(|one| one["stage"]["localization"][0].is_object());
    let (hired, down): (Vec<&Value>, Vec<&Value>) =
        labelled.filter(|one| has_ended(one)).partition(|one| is_hired(one));
    (ratio(hired.len(), hired.len() + down.len()), hired.len() + down.len())
}

fn is_hired(application: &Value) -> bool {
    let stage = application["stage"].to_string();
    ["Eingestellt", "Aangenomen", "Ansat", "Hired"].iter().any(|word| stage.contains(word))
}

fn has_ended(application: &Value) -> bool {
    application["status"] == 0 || is_hired(application)
}

fn ratio(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).expect("few")) / f64::from(u32::try_from(whole).expect("few"))
}

fn is_near(seen: f64, truth: f64, count: usize) -> bool {
    (seen - truth).abs() < 4.0 * (truth * (1.0 - truth) / f64::from(u32::try_from(count).expect("few"))).sqrt()
}

#[tokio::test]
async fn applications_end_as_the_settings_say_in_the_past_and_in_the_future() {
    let mock = Mock::start(&HAZARDS).await;
    let truth = json!({"history_days": 60, "hired_share": 0.3, "median_days": 12.0});
    assert_eq!(mock.world().await["truth"], truth);
    let median = TimeDelta::days(12);
    let mut ended_before = 0;
    for now in [START, "2026-06-13T08:00:00Z"] {
        let applications = mock.applications().await;
        let (share, ended) = hired(&applications);
        assert!(is_near(share, 0.3, ended) && ended > ended_before, "{share} of {ended} are hired at {now}");
        ended_before = ended;
        let now: DateTime<Utc> = now.parse().expect("a date-time");
        let old: Vec<&Value> = applications.iter().filter(|one| instant(one, "created") <= now - median).collect();
        let by_the_median =
            old.iter().filter(|one| has_ended(one) && instant(one, "updated") - instant(one, "created") < median);
        let share = ratio(by_the_median.count(), old.len());
        // one in a hundred and fifty that are hired shows no label
        assert!(is_near(share, 0.5 - 0.5 * 0.3 * 0.015, old.len()), "{share} of {} ended in time at {now}", old.len());
        mock.advance(24 * 12).await;
    }
}

#[tokio::test]
async fn a_world_goes_on_by_what_it_was_made_by() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("mock.db").display());
    let made = [HAZARDS[0], HAZARDS[1], ("MOCK_HISTORY_DAYS", "30"), ("MOCK_DATABASE_URL", url.as_str())];
    let memory = Mock::start(&made[..3]).await;
    let file = Mock::start(&made).await;
    assert!(file.terminate().success());
    let other = Mock::start(&[("MOCK_HISTORY_DAYS", "90"), made[3]]).await;
    assert!(other.log().contains("MOCK_HISTORY_DAYS"), "it says that it does not use them");
    assert_eq!(other.world().await["truth"], memory.world().await["truth"]);
    for mock in [&memory, &other] {
        mock.advance(50).await;
    }
    assert_eq!(other.applications().await, memory.applications().await);
    // made anew, it is what the settings say
    assert_eq!(other.send(reqwest::Method::POST, "/_mock/reset", &[]).await.status(), 200);
    let truth = json!({"history_days": 90, "hired_share": null, "median_days": null});
    assert_eq!(other.world().await["truth"], truth);
}
