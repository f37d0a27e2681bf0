//! A database that cannot be reached says why.

use std::time::Duration;

use store::{OpenOptions, Store};

use crate::place::{Place, on_postgres};

#[tokio::test]
async fn a_server_that_has_no_session_left_is_named_as_such() {
    on_postgres(module_path!(), async |place: &Place| {
        let role = format!("crowd_{}", std::process::id());
        place.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'crowded' CONNECTION LIMIT 0")).await;
        let mut url = url::Url::parse(&place.url).unwrap();
        url.set_username(&role).unwrap();
        url.set_password(Some("crowded")).unwrap();
        let options = OpenOptions { service: "test", max_connections: 1, wait: Duration::ZERO };
        let refused = Store::open(url.as_str(), &options).await.unwrap_err();
        place.execute(&format!("DROP ROLE {role}")).await;
        let said = refused.to_string();
        assert!(said.contains("too many connections for role") && !said.contains("crowded"), "{said}");
        assert!(!refused.is_final());
    })
    .await;
}
