//! Where requests go, and with what credentials.

use std::fmt;

use compass_sdk::ari::{CloudId, ComponentAri};
use serde_json::Value;

use super::{Key, Settings};
use crate::failure::Problem;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A setting's value, from when it is read on.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Plain(Value),
    Hidden(Secret),
}

impl Held {
    pub(super) fn new(key: Key, value: Value) -> Self {
        match value {
            Value::String(text) if key.setting().is_secret => Self::Hidden(Secret::new(text)),
            value => Self::Plain(value),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(value) => value.as_str(),
            Self::Hidden(secret) => Some(secret.expose()),
        }
    }
}

/// A site or base URL as it is shown: people put credentials into URLs.
pub(crate) fn without_user(url: &str) -> String {
    let Some((_, rest)) = url.rsplit_once('@') else { return url.to_owned() };
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.trim_start().starts_with(scheme));
    format!("{}(hidden)@{rest}", scheme.unwrap_or_default())
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Site(String),
    Base(String),
}

impl Settings {
    /// Where requests go: the site or the base URL, whichever is given closer to the command.
    pub(crate) fn address(&self, problems: &mut Vec<Problem>) -> Option<Address> {
        let layer = |key: Key| self.found.get(&key).map(|found| found.source.layer());
        let site = || self.text(Key::Site).map(|text| Address::Site(text.to_owned()));
        let base = || self.text(Key::BaseUrl).map(|text| Address::Base(text.to_owned()));
        match (layer(Key::Site), layer(Key::BaseUrl)) {
            (Some(one), Some(other)) if one == other => {
                let places = format!("{} and {}", self.place(Key::Site), self.place(Key::BaseUrl));
                problems.push(Problem::unusable(places, "both say where requests go: give one of them"));
                None
            }
            (Some(one), other) if Some(one) > other => site(),
            (_, Some(_)) => base(),
            (_, None) => {
                problems.push(Problem::missing(Key::Site.ways(), Key::Site.setting().meaning));
                None
            }
        }
    }

    /// Where it is said where requests go, for messages.
    pub(crate) fn address_place(&self) -> String {
        match self.address(&mut Vec::new()) {
            Some(Address::Base(_)) => self.place(Key::BaseUrl),
            Some(Address::Site(_)) | None => self.place(Key::Site),
        }
    }

    /// Whether another setting says where requests go, so that this one does not count.
    pub(super) fn is_overridden(&self, key: Key) -> bool {
        let used = self.address(&mut Vec::new());
        match (key, used) {
            (Key::Site, Some(Address::Base(_))) | (Key::BaseUrl, Some(Address::Site(_))) => {
                self.found.contains_key(&key)
            }
            _ => false,
        }
    }

    /// Who calls.
    pub(crate) fn credentials(&self, problems: &mut Vec<Problem>) -> Option<(String, Secret)> {
        let email = self.needed::<String>(Key::Email, problems);
        let token = self.needed::<String>(Key::ApiToken, problems);
        email.zip(token.map(Secret::new))
    }

    /// The component that a command is about by default, and the site's cloud ID, which must not contradict it.
    pub(crate) fn component(&self, problems: &mut Vec<Problem>) -> Option<ComponentAri> {
        let component = self.parsed::<ComponentAri>(Key::Component, problems)?;
        if let Some(cloud_id) = self.parsed::<CloudId>(Key::CloudId, problems)
            && !cloud_id.as_str().eq_ignore_ascii_case(component.cloud_id().as_str())
        {
            let place = format!("{} and {}", self.place(Key::Component), self.place(Key::CloudId));
            let message = format!("the component is of the site {}, not of {cloud_id}", component.cloud_id());
            problems.push(Problem::unusable(place, message));
        }
        Some(component)
    }
}
