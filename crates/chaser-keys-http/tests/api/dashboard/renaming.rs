//! A key gets another name: on a page, or by a script in place.

use reqwest::Method;

use super::browser::form;
use crate::support::TestApp;

#[tokio::test]
async fn a_key_is_renamed_on_a_page() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let rename = format!("/keys/{}/rename", key.id);
    assert_eq!(app.look_at(&rename).await.hidden("name"), "ci-e2e");
    let renamed = app.send(&rename, &[("name", " staging ")]).await;
    app.look_at(renamed.location()).await.says("The key is now called “staging”.");
    assert_eq!(app.get_key(&key.id).await["name"], "staging");

    let refused = app.send(&rename, &[("name", "")]).await;
    assert_eq!(refused.status, 422);
    refused.says("Give the key a name");
    refused.says("Rename “staging”");
}

#[tokio::test]
async fn a_script_renames_in_place() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let rename = async |name: &str| {
        let request = app.as_owner(Method::POST, &format!("/keys/{}/rename", key.id));
        let response =
            form(request, &[("name", name)]).header("accept", "application/json").send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(rename(" staging ").await, (200, r#"{"name":"staging"}"#.to_owned()));
    let (status, told) = rename(" ").await;
    assert_eq!(status, 400);
    assert!(told.contains(r#""message":"Give the key a name"#), "{told}");
}
