//! Options with a list of values, which is always that of the SDK's type.

use std::ffi::OsStr;
use std::marker::PhantomData;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// The names of a type's values, as its schema lists them.
pub(crate) fn names<T: JsonSchema>() -> Vec<String> {
    let schema = schema_for!(T);
    let listed = schema.get("enum").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Takes any text, so that the command can tell all that is wrong at once, and lists the names in help and completions.
pub(crate) fn one_of<T: JsonSchema + 'static>() -> OneOf<T> {
    OneOf(PhantomData)
}

/// See [`one_of`].
#[derive(Debug)]
pub(crate) struct OneOf<T>(PhantomData<fn() -> T>);

impl<T> Clone for OneOf<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<T: JsonSchema + 'static> TypedValueParser for OneOf<T> {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(names::<T>().into_iter().map(PossibleValue::new)))
    }
}

/// The name that the text means: letters of any case, and `-` for `_`.
pub(crate) fn matching<T: JsonSchema>(text: &str) -> Result<String, String> {
    let meant = text.trim().replace(['-', ' '], "_");
    let mut names = names::<T>();
    if let Some(place) = names.iter().position(|name| name.eq_ignore_ascii_case(&meant)) {
        return Ok(names.swap_remove(place));
    }
    Err(format!("{text:?} is none of {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use compass_sdk::event::{
        AlertPriority, AlertStatus, BuildState, CustomIcon, DeploymentState, EnvironmentCategory,
        IncidentSeverityLevel, IncidentState, LifecycleStage, PullRequestStatus, VulnerabilitySeverityLevel,
        VulnerabilityState,
    };

    use super::*;

    #[test]
    fn every_name_is_one_that_the_type_reads() {
        fn holds<T: JsonSchema + std::str::FromStr>() {
            let names = names::<T>();
            assert!(names.len() > 1, "{}", T::schema_name());
            for name in names {
                assert!(name.parse::<T>().is_ok(), "{name}");
            }
        }
        holds::<AlertPriority>();
        holds::<AlertStatus>();
        holds::<BuildState>();
        holds::<CustomIcon>();
        holds::<DeploymentState>();
        holds::<EnvironmentCategory>();
        holds::<IncidentSeverityLevel>();
        holds::<IncidentState>();
        holds::<LifecycleStage>();
        holds::<PullRequestStatus>();
        holds::<VulnerabilitySeverityLevel>();
        holds::<VulnerabilityState>();
    }

    #[test]
    fn case_and_hyphens_make_no_difference() {
        assert_eq!(matching::<DeploymentState>("in-progress").unwrap(), "IN_PROGRESS");
        assert!(matching::<DeploymentState>("done").unwrap_err().contains("SUCCESSFUL"));
    }
}
