//! Where requests go.

use url::{Host, Url};

use crate::error::Error;

/// What stands between a site's host and the paths of the contract (NOTES: "Access").
const GATEWAY: &str = "gateway/api";

/// The base URL of a site that is given by its name (`example`), its host (`example.atlassian.net`) or its URL.
pub(super) fn of_site(site: &str) -> Result<Url, Error> {
    // People put credentials into URLs: what has signs of them is not shown.
    let shown = if site.contains(['@', ':', '?', '#']) { String::new() } else { format!(" {site:?}") };
    let problem = |what: &str| {
        Error::configuration(format!(
            "site{shown}: {what}: give its name (\"example\") or host (\"example.atlassian.net\"), as in COMPASS_SITE"
        ))
    };
    let host = site.trim().trim_start_matches("https://").trim_end_matches('/').to_ascii_lowercase();
    let host = if host.contains('.') { host } else { format!("{host}.atlassian.net") };
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    if !host.chars().all(fits) || host.starts_with('.') {
        return Err(problem("not the name of a host"));
    }
    Url::parse(&format!("https://{host}/{GATEWAY}")).map_err(|error| problem(&error.to_string()))
}

/// A base URL as it was given. Plain HTTP shows the token to everyone on the way, and is for this machine alone.
pub(super) fn of_url(text: &str, allows_plain_http: bool) -> Result<Url, Error> {
    // The text is not shown: people put credentials into URLs.
    let problem = |what: &str| Error::configuration(format!("base URL: {what}: check COMPASS_BASE_URL"));
    let url = Url::parse(text.trim()).map_err(|error| problem(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(problem("it has a user or password: give them as credentials"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if allows_plain_http || is_loopback(&url) => Ok(url),
        "http" => Err(problem("plain http would show the API token on the way: use https, or allow it by name")),
        scheme => Err(problem(&format!("the scheme is {scheme}, not https"))),
    }
}

/// Whether the URL leads to this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_name_a_host_or_a_url() {
        for site in ["example", "example.atlassian.net", "https://example.atlassian.net/", " Example "] {
            assert_eq!(of_site(site).unwrap().as_str(), "https://example.atlassian.net/gateway/api", "{site}");
        }
        let error = of_site("https://me:secret@example.atlassian.net").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
        for site in ["", "a/b", "a b", "http://example", "user@example", ".."] {
            let error = of_site(site).unwrap_err().to_string();
            assert!(error.contains("COMPASS_SITE"), "{site}: {error}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_unless_allowed() {
        for url in ["http://127.0.0.1:8080/x", "http://[::1]:1/", "http://localhost", "https://example.com/api"] {
            assert!(of_url(url, false).is_ok(), "{url}");
        }
        for url in
            ["http://example.com", "http://127.0.0.1.example.com", "http://localhost.example.com", "ftp://localhost"]
        {
            assert!(of_url(url, false).is_err(), "{url}");
        }
        assert!(of_url("http://example.com", true).is_ok());
        let error = of_url("https://me:secret@example.com", false).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
