//! The environment variables that the toolkit reads.

use std::env::VarError;

use super::CompassBuilder;
use crate::ari::CloudId;
use crate::error::Error;

/// An environment variable that [`Compass::from_env`](crate::Compass::from_env) reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether it must never be shown.
    pub is_secret: bool,
}

const fn variable(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, meaning, is_secret: false }
}

const SITE: Variable = variable("COMPASS_SITE", "the site: \"example\" for https://example.atlassian.net");
const BASE_URL: Variable = variable(
    "COMPASS_BASE_URL",
    "instead of a site, the URL before the contract's paths; plain http only to this machine",
);
const EMAIL: Variable = variable("COMPASS_EMAIL", "the email of the account that the API token belongs to");
const API_TOKEN: Variable = Variable { is_secret: true, ..variable("COMPASS_API_TOKEN", "the API token") };
const CLOUD_ID: Variable = variable("COMPASS_CLOUD_ID", "the site's cloud ID; found out from the site if it is absent");

/// Every variable that is read, in the order in which to explain them.
pub const VARIABLES: &[Variable] = &[SITE, BASE_URL, EMAIL, API_TOKEN, CLOUD_ID];

/// A builder with what the variables say. An empty variable is as good as none.
pub(super) fn builder(read: impl Fn(&str) -> Result<String, VarError>) -> Result<CompassBuilder, Error> {
    let value = |variable: Variable| match read(variable.name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Error::configuration(format!("{}: not UTF-8: set it to {}", variable.name, variable.meaning)))
        }
    };
    let needed = |variable: Variable| {
        value(variable)?
            .ok_or_else(|| Error::configuration(format!("{}: not set: set it to {}", variable.name, variable.meaning)))
    };
    let mut builder = CompassBuilder::default();
    builder = match (value(SITE)?, value(BASE_URL)?) {
        (Some(site), None) => builder.site(site),
        (None, Some(url)) => builder.base_url(url),
        (Some(_), Some(_)) => {
            return Err(Error::configuration(format!("{} and {}: set only one of them", SITE.name, BASE_URL.name)));
        }
        (None, None) => needed(SITE).map(|site| builder.site(site))?,
    };
    builder = builder.credentials(needed(EMAIL)?, needed(API_TOKEN)?);
    if let Some(cloud_id) = value(CLOUD_ID)? {
        let cloud_id = cloud_id.trim().parse::<CloudId>();
        builder =
            builder.cloud_id(cloud_id.map_err(|error| Error::configuration(format!("{}: {error}", CLOUD_ID.name)))?);
    }
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(variables: &[(&str, &str)]) -> Result<crate::Compass, Error> {
        let read = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
        };
        builder(read)?.build()
    }

    const ALL: [(&str, &str); 4] = [
        ("COMPASS_SITE", "example"),
        ("COMPASS_EMAIL", "me@example.com"),
        ("COMPASS_API_TOKEN", "secret"),
        ("COMPASS_CLOUD_ID", "6f1b8a52-0c3d-4b77-9a51-2f4c0a1d9e30"),
    ];

    #[test]
    fn the_variables_make_a_client() {
        let compass = build(&ALL).unwrap();
        assert_eq!(compass.base_url(), "https://example.atlassian.net/gateway/api");
        assert!(!format!("{compass:?}").contains("secret"), "{compass:?}");
        assert!(build(&ALL[..3]).is_ok());
    }

    #[test]
    fn each_that_is_missing_wrong_or_too_many_is_named() {
        for missing in 0..3 {
            for empty in [false, true] {
                let mut variables = ALL.to_vec();
                if empty {
                    variables[missing].1 = " ";
                } else {
                    variables.remove(missing);
                }
                let error = build(&variables).unwrap_err().to_string();
                assert!(error.starts_with(ALL[missing].0), "{error}");
            }
        }
        let both = [&ALL[..], &[("COMPASS_BASE_URL", "http://127.0.0.1:1")]].concat();
        assert_eq!(build(&both).unwrap_err().to_string(), "COMPASS_SITE and COMPASS_BASE_URL: set only one of them");
        let mut wrong = ALL;
        wrong[3].1 = "example";
        assert!(build(&wrong).unwrap_err().to_string().starts_with("COMPASS_CLOUD_ID: "));
    }
}
