//! The files that pages load. They are part of the binary, under an address that changes with their content: browsers
//! may cache them for ever.
//!
//! They are compressed once. Pages are not compressed: the length of a compressed page can reveal its content (BREACH).

use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::ApiError;

struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $media_type:expr,)*) => {
        &[$(Asset {
            name: $name,
            media_type: $media_type,
            content: include_bytes!(concat!("../../assets/", $name)),
        },)*]
    };
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const FOR_A_YEAR: &str = "public, max-age=31536000, immutable";
const FOR_A_DAY: &str = "public, max-age=86400";
const ICON: &str = "icon.svg";

const ASSETS: &[Asset] = assets! {
    "already-made.js": JAVASCRIPT,
    "announce.js": JAVASCRIPT,
    "copy.js": JAVASCRIPT,
    "dashboard.css": CSS,
    "every-page.js": JAVASCRIPT,
    "forms.js": JAVASCRIPT,
    "icon.svg": SVG,
    "keys.js": JAVASCRIPT,
    "rotate.js": JAVASCRIPT,
    "secret.js": JAVASCRIPT,
    "times.js": JAVASCRIPT,
    "usage.js": JAVASCRIPT,
};

/// One version for all files: modules import each other by relative paths, so they change together.
const VERSION: u64 = fingerprint(ASSETS);

/// The same files as gzip. Empty if compressing failed, which cannot happen in memory.
static COMPRESSED: LazyLock<Vec<Bytes>> =
    LazyLock::new(|| ASSETS.iter().map(|asset| compress(asset.content).unwrap_or_default()).collect());

/// The address of a file.
pub(crate) fn url(name: &str) -> String {
    format!("/assets/{VERSION:016x}/{name}")
}

/// Serves a file of this version; other versions are 404.
pub(crate) async fn get_asset(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.path();
    let index = ASSETS.iter().position(|asset| url(asset.name) == path).ok_or(ApiError::NotFound)?;
    Ok(respond(index, request.headers(), FOR_A_YEAR))
}

/// Browsers request this path when a page names no icon.
pub(crate) async fn get_icon(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let index = ASSETS.iter().position(|asset| asset.name == ICON).ok_or(ApiError::NotFound)?;
    Ok(respond(index, request.headers(), FOR_A_DAY))
}

fn respond(index: usize, headers: &HeaderMap, keep: &'static str) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, ASSETS[index].media_type))
        .insert_header((CACHE_CONTROL, keep))
        .insert_header((VARY, "accept-encoding"));
    match &COMPRESSED[index] {
        compressed if takes_gzip(headers) && !compressed.is_empty() => {
            response.insert_header((CONTENT_ENCODING, "gzip")).body(compressed.clone())
        }
        _ => response.body(ASSETS[index].content),
    }
}

/// Matches the plain word, which every browser sends. A client that writes it otherwise (`*`) gets the file uncompressed.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.trim() == "gzip")
}

fn compress(content: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.into())
}

/// FNV-1a, made by the compiler: it only has to change when a file does.
const fn fingerprint(assets: &[Asset]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < assets.len() {
        let mut byte = 0;
        while byte < assets[index].content.len() {
            hash = (hash ^ assets[index].content[byte] as u64).wrapping_mul(0x0100_0000_01b3);
            byte += 1;
        }
        index += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_small_and_listed_once() {
        let names: Vec<_> = ASSETS.iter().map(|asset| asset.name).collect();
        assert!(names.is_sorted());
        let all: usize = ASSETS.iter().map(|asset| asset.content.len()).sum();
        assert!(all < 50 * 1024, "{all} bytes: no page loads more than 100 KiB in all");
    }

    #[test]
    fn files_are_compressed_for_whoever_takes_that() {
        let packed: usize = COMPRESSED.iter().map(Bytes::len).sum();
        assert!(COMPRESSED.iter().all(|file| !file.is_empty()) && packed < 20 * 1024, "{packed} bytes");
        let takes = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
            takes_gzip(&headers)
        };
        assert!(takes("gzip, deflate, br, zstd") && takes("br,gzip"));
        assert!(!takes("identity") && !takes("gzip;q=0") && !takes(""));
    }

    #[test]
    fn a_script_imports_only_files_that_are_here() {
        for asset in ASSETS.iter().filter(|asset| asset.media_type == JAVASCRIPT) {
            let text = std::str::from_utf8(asset.content).unwrap();
            for line in text.lines().filter(|line| line.starts_with("import ")) {
                let imported = line.split("\"./").nth(1).unwrap().trim_end_matches("\";");
                assert!(ASSETS.iter().any(|other| other.name == imported), "{}: {line}", asset.name);
            }
        }
    }
}
