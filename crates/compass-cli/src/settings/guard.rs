//! What a repository's file may say of where requests go.
//!
//! Requests carry the API token of whoever works in the repository. If its `compass.toml` could name any host, running
//! the program in a folder from elsewhere would hand over the token.

use compass_api::Url;

use super::registry::{Guard, Key};

/// Why a `compass.toml` must not have this value.
pub(super) fn problem(key: Key, guard: Guard, text: &str) -> Option<String> {
    let (is_safe, allowed) = match guard {
        Guard::Site => (is_site(text), "a site's name or its host under atlassian.net"),
        Guard::Here => (is_here(text), "a URL of this machine, such as http://127.0.0.1:8080"),
    };
    (!is_safe).then(|| {
        format!(
            "in a compass.toml it must be {allowed}, because the API token goes there: give another one as {}, or in your own \
             configuration file",
            key.setting().flag.unwrap_or(key.setting().key)
        )
    })
}

fn is_site(text: &str) -> bool {
    let host = text.trim().trim_start_matches("https://").trim_end_matches('/').to_ascii_lowercase();
    !host.contains('.') || host.strip_suffix(".atlassian.net").is_some_and(|name| !name.contains('.'))
}

fn is_here(text: &str) -> bool {
    let Ok(url) = Url::parse(text.trim()) else { return false };
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_cannot_send_tokens_elsewhere() {
        for site in ["example", "example.atlassian.net", "https://Example.atlassian.net/"] {
            assert_eq!(problem(Key::Site, Guard::Site, site), None, "{site}");
        }
        for site in ["evil.example.com", "atlassian.net.example.com", "a.b.atlassian.net", "evilatlassian.net"] {
            assert!(problem(Key::Site, Guard::Site, site).is_some(), "{site}");
        }
        for url in ["http://127.0.0.1:8080", "http://[::1]:1/gateway/api", "https://localhost"] {
            assert_eq!(problem(Key::BaseUrl, Guard::Here, url), None, "{url}");
        }
        for url in ["https://example.com", "http://127.0.0.1.example.com", "https://localhost@example.com", "x"] {
            assert!(problem(Key::BaseUrl, Guard::Here, url).is_some(), "{url}");
        }
    }
}
