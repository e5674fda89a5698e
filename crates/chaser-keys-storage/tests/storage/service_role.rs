//! A service that verifies in its own process needs few rights, and these are the documented ones.

use chaser_keys::PresentedKey;
use uuid::Uuid;

use crate::support::{TestStore, connect, peppers, quiet, try_sql};

const DOCUMENTED: &str = include_str!("../../../../docs/rust-services.md");

/// What the page says, for a role that no other test has: roles belong to all databases of a PostgreSQL.
fn documented_grants(role: &str) -> String {
    let (_, block) = DOCUMENTED.split_once("```sql\n").expect("a block of SQL");
    let (grants, _) = block.split_once("```").expect("its end");
    grants.replace("chaser_service", role)
}

#[tokio::test]
async fn a_service_verifies_and_counts_with_the_documented_role() {
    let test = TestStore::new().await;
    let (good, ended) = (test.create_key("good").await, test.create_key("ended").await);
    let role = format!("service_{}", Uuid::new_v4().simple());
    test.sql(&documented_grants(&role)).await;
    let url = test.database.url().replace("user=postgres", &format!("user={role}"));
    assert!(url.contains(&role), "{url}");

    let service = connect(&url, peppers(&[("p1", 1)]), quiet()).await;
    let presented = PresentedKey::parse(good.secret.expose().as_bytes()).unwrap();
    assert!(service.verifier().authenticate(presented).await.unwrap().is_some());
    service.flush_usage().await.unwrap();
    assert_eq!(test.requests_this_month().await, 1);
    test.revoke(&ended.key).await;
    assert_eq!(service.verifier().authenticate(&ended.secret).await.unwrap(), None);

    for forbidden in ["update api_keys set revoked_at = null", "select * from users", "create table t ()"] {
        let refused = try_sql(&url, forbidden).await.unwrap_err();
        assert!(refused.starts_with("permission denied"), "{forbidden}: {refused}");
    }
    test.sql(&format!("drop owned by {role}; drop role {role}")).await;
}
