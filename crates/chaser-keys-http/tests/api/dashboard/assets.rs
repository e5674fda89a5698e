//! The files of the pages.

use reqwest::Method;

use super::browser::Page;
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn files_have_an_address_that_may_be_kept_for_good() {
    let app = TestApp::start().await;
    let page = Page::of(app.request(Method::GET, "/sign-in")).await;
    let mut weight = page.html.len();
    for (file, media_type) in [
        (page.attribute("<link rel=\"stylesheet\" href=\""), "text/css; charset=utf-8"),
        (page.attribute("<script type=\"module\" src=\""), "text/javascript; charset=utf-8"),
        (page.attribute("type=\"image/svg+xml\" href=\""), "image/svg+xml"),
    ] {
        let answer = Answer::to(app.request(Method::GET, &file)).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media_type), "{file}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        weight += answer.body.len();
        let older = file.replace("/assets/", "/assets/0");
        assert_eq!(Answer::to(app.request(Method::GET, &older)).await.status, 404);
    }
    assert!(weight < 100 * 1024, "{weight} bytes");
    let icon = Answer::to(app.request(Method::GET, "/favicon.ico")).await;
    assert_eq!((icon.status.as_u16(), icon.header("content-type")), (200, "image/svg+xml"));
}
