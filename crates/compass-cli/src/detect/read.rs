//! What the texts of variables and answers mean.

use chrono::{DateTime, Utc};
use compass_sdk::event::EnvironmentCategory;

/// A branch's name. Refs that are no branch, such as a pull request's, are none; nor are paths of TFVC.
pub(super) fn branch(text: &str) -> Option<String> {
    if let Some(branch) = text.strip_prefix("refs/heads/") {
        return Some(branch.to_owned());
    }
    if text.starts_with("refs/") || text.starts_with("$/") {
        return None;
    }
    // Jenkins' Git plugin writes the remote in front.
    Some(text.strip_prefix("origin/").unwrap_or(text).to_owned())
}

/// A tag's name. Refs that are no tag are none.
pub(super) fn tag(text: &str) -> Option<String> {
    match text.strip_prefix("refs/tags/") {
        Some(tag) => Some(tag.to_owned()),
        None if text.starts_with("refs/") || text.starts_with("$/") => None,
        None => Some(text.to_owned()),
    }
}

/// A commit's whole hash.
pub(super) fn commit(text: &str) -> Option<String> {
    let hash = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hash.then(|| text.to_ascii_lowercase())
}

/// A time: RFC 3339, also with a blank for the `T` or an offset without colon, or seconds or milliseconds since 1970. Seconds have fewer than
/// twelve digits until the year 5138, and milliseconds have had as many since 1973.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(since) = text.parse::<i64>() {
        // Drone and others write 0 for what is not known yet.
        return match since {
            ..=0 => None,
            1..100_000_000_000 => DateTime::from_timestamp(since, 0),
            _ => DateTime::from_timestamp_millis(since),
        };
    }
    let time = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    time.ok().map(Into::into)
}

/// The category that a tier of GitLab, or the name of an environment, means: none where nothing or more than one is meant.
pub(crate) fn category(text: &str) -> Option<EnvironmentCategory> {
    let text = text.to_ascii_lowercase();
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // `pre-prod` is one word, and `non-prod` means anything else.
    if words.contains(&"non") {
        return None;
    }
    let before = words.contains(&"pre");
    let mut found = words.iter().filter_map(|word| match *word {
        "production" | "prod" if before => Some(EnvironmentCategory::Staging),
        "production" | "prod" | "live" => Some(EnvironmentCategory::Production),
        "staging" | "stage" | "preproduction" | "preprod" => Some(EnvironmentCategory::Staging),
        "testing" | "test" | "qa" => Some(EnvironmentCategory::Testing),
        "development" | "dev" => Some(EnvironmentCategory::Development),
        // GitLab's word for the rest.
        "other" if words.len() == 1 => Some(EnvironmentCategory::Unmapped),
        _ => None,
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_and_tags_are_told_apart() {
        let both = |text| (branch(text), tag(text));
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(both("refs/heads/feature/a"), (name("feature/a"), None));
        assert_eq!(both("refs/tags/v1.4.2"), (None, name("v1.4.2")));
        assert_eq!(both("refs/pull/12/merge"), (None, None));
        assert_eq!(both("$/web/main"), (None, None));
        assert_eq!(branch("origin/main"), name("main"));
        assert_eq!(branch("feature/refs/heads/a"), name("feature/refs/heads/a"));
    }

    #[test]
    fn times_come_in_several_forms() {
        let noon = "2026-09-01T12:00:00Z".parse::<DateTime<Utc>>().ok();
        for text in [
            "1788264000",
            "1788264000000",
            "2026-09-01T12:00:00Z",
            "2026-09-01T14:00:00+02:00",
            "2026-09-01T14:00:00.000+0200",
            "2026-09-01T12:00:00.0000000Z",
            "2026-09-01 12:00:00Z",
        ] {
            assert_eq!(time(text), noon, "{text}");
        }
        for text in ["0", "-5", "now", "2026-09-01", "99999999999999999999"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn a_commit_is_a_whole_hash() {
        let hash = "4F0E8F3B9C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F";
        assert_eq!(commit(hash), Some(hash.to_lowercase()));
        for text in ["HEAD", "4f0e8f3", "1.4.2", &hash.replace('F', "g")] {
            assert_eq!(commit(text), None, "{text}");
        }
    }

    #[test]
    fn categories_are_words() {
        for (text, expected) in [
            ("production", Some(EnvironmentCategory::Production)),
            ("prod-eu", Some(EnvironmentCategory::Production)),
            ("Staging", Some(EnvironmentCategory::Staging)),
            ("pre-prod", Some(EnvironmentCategory::Staging)),
            ("Test", Some(EnvironmentCategory::Testing)),
            ("dev/ada", Some(EnvironmentCategory::Development)),
            ("other", Some(EnvironmentCategory::Unmapped)),
            ("non-prod", None),
            ("prod-test", None),
            ("product", None),
            ("", None),
        ] {
            assert_eq!(category(text), expected, "{text}");
        }
    }
}
