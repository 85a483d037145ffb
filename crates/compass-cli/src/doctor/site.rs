//! What one unauthenticated request tells of a site: connection, TLS, clock, cloud ID.

use std::error::Error as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use compass_sdk::ari::{CloudId, ComponentAri};
use reqwest::{Client, Response, Url};
use serde_json::Value;

use super::check::Check;
use super::tls;
use crate::exit::Exit;
use crate::settings::{Key, Settings};

/// Where a site tells its cloud ID.
const TENANT_INFO: &str = "/_edge/tenant_info";
/// The greatest difference of clocks that two machines in a sequence can live with.
const SKEW: TimeDelta = TimeDelta::seconds(60);

pub(super) async fn checks(base: &str, settings: &Settings, patience: Duration) -> Vec<Check> {
    let secure = base.starts_with("https://");
    let response = match ask(base, secure, patience).await {
        Ok(response) => response,
        Err((message, todo)) => return vec![Check::fail("connection", Exit::NotDelivered, message).todo(todo)],
    };
    let connected = if secure { "TLS, certificate accepted" } else { "plain http, on this machine only" };
    let mut checks = vec![Check::pass("connection", connected)];
    let date = response.headers().get("date").and_then(|date| date.to_str().ok());
    checks.push(clock(
        date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc()),
        Utc::now(),
    ));
    checks.push(cloud_id(response, settings).await);
    checks
}

/// The answer, or why there is none and what to do.
async fn ask(base: &str, secure: bool, patience: Duration) -> Result<Response, (String, &'static str)> {
    let mut url = Url::parse(base).map_err(|error| (error.to_string(), "check the URL"))?;
    url.set_path(TENANT_INFO);
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(patience);
    // As the SDK's own: this machine is asked itself, and without TLS there is nothing to read certificates for.
    let client = if secure { client } else { client.no_proxy().tls_certs_only([]) };
    let sent = match client.build() {
        Ok(client) => client.get(url).send().await,
        Err(error) => Err(error),
    };
    sent.map_err(|error| {
        let error = error.without_url();
        match tls::failure(&error) {
            // What cannot even be set up lacks something here, whoever is asked.
            Some(failure) if error.is_builder() => {
                return (format!("TLS cannot be set up: {failure}"), tls::NO_AUTHORITIES);
            }
            Some(failure) => return (format!("TLS failed: {failure}"), tls::todo(failure)),
            None => {}
        }
        let mut deepest = error.source();
        while let Some(deeper) = deepest.and_then(std::error::Error::source) {
            deepest = Some(deeper);
        }
        let message = deepest.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        (message, "check the site's name, the network, and a proxy in HTTPS_PROXY")
    })
}

/// Sequence numbers come from the clock, so that one that is behind those of other machines loses its updates.
fn clock(theirs: Option<DateTime<Utc>>, ours: DateTime<Utc>) -> Check {
    let Some(theirs) = theirs else { return Check::open("clock", "the site did not say what time it is") };
    let skew = ours - theirs;
    let words = match skew.num_seconds() {
        0 => "the site's time, to the second".to_owned(),
        seconds if seconds > 0 => format!("{seconds} s ahead of the site's"),
        seconds => format!("{} s behind the site's", -seconds),
    };
    if skew.abs() <= SKEW {
        return Check::pass("clock", words);
    }
    Check::fail("clock", Exit::Other, words).todo("set this machine's clock: sequence numbers come from it")
}

/// Whether the cloud ID of the settings is that of the site.
async fn cloud_id(response: Response, settings: &Settings) -> Check {
    let name = "cloud-id";
    let status = response.status();
    let body = response.bytes().await.unwrap_or_default();
    let told = serde_json::from_slice::<Value>(&body).ok().filter(|_| status.is_success());
    let told = told.and_then(|body| body["cloudId"].as_str()?.parse::<CloudId>().ok());
    let given = settings.text(Key::CloudId).map(|text| (Key::CloudId, text.parse::<CloudId>().ok()));
    let component = settings.text(Key::Component);
    let of_component =
        || component.map(|text| (Key::Component, text.parse::<ComponentAri>().ok().map(|ari| ari.cloud_id())));
    match (told, given.or_else(of_component)) {
        (Some(told), Some((key, Some(given)))) if given.as_str().eq_ignore_ascii_case(told.as_str()) => {
            Check::pass(name, format!("{}, as {} says", told.as_str(), settings.place(key)))
        }
        (Some(told), Some((key, Some(given)))) => {
            let message = format!("the site is {}, but {} says {}", told.as_str(), settings.place(key), given.as_str());
            Check::fail(name, Exit::Usage, message).todo("one of the two is of another site")
        }
        // What cannot be read is told where it belongs.
        (Some(told), Some((_, None)) | None) => Check::pass(name, format!("{}, from the site", told.as_str())),
        (None, Some((key, Some(given)))) => {
            let message = format!("the site does not tell it (HTTP {}); ", status.as_u16());
            Check::open(name, format!("{message}{} says {}", settings.place(key), given.as_str()))
        }
        (None, Some((_, None)) | None) => {
            let message = format!("the site does not tell it (HTTP {})", status.as_u16());
            Check::fail(name, Exit::NotDelivered, message)
                .todo(format!("check the site's name, or give {}", Key::CloudId.ways()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_the_most_that_clocks_may_differ() {
        let ours = DateTime::<Utc>::UNIX_EPOCH;
        for (seconds, exit) in
            [(0, Exit::Delivered), (60, Exit::Delivered), (-60, Exit::Delivered), (61, Exit::Other), (-61, Exit::Other)]
        {
            assert_eq!(clock(Some(ours + TimeDelta::seconds(seconds)), ours).exit(), exit, "{seconds}");
        }
        assert_eq!(clock(None, ours).exit(), Exit::Delivered);
    }
}
