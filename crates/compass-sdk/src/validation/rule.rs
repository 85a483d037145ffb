//! The rules, and where each comes from.

use std::fmt;

/// A rule that events and metrics must keep, beyond what their types say.
///
/// `C` is the contract, `N` what the vendor documents beside it, `S` the sense of the words: no published rule, but a
/// value that breaks it contradicts itself or cannot be meant. Limits that nobody published, such as the length of
/// texts, are no rules here: they would refuse what Compass takes.
///
/// ```
/// use compass_sdk::validation::Rule;
///
/// assert_eq!(Rule::TimeOrder.id(), "time-order");
/// assert_eq!(Rule::ALL.len(), 13);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// `one-kind`: an event is of exactly one of the ten kinds (C: "exactly one of these fields must be present").
    OneKind,
    /// `not-blank`: what identifies something says something (S: with blank IDs all events would update one another).
    NotBlank,
    /// `web-url`: a URL that people follow is absolute, and `http` or `https` (S: the contract takes any text; a
    /// relative one leads nowhere from the site).
    WebUrl,
    /// `sequence-not-negative`: sequence numbers are 0 or more (S: they begin somewhere and grow (N); a negative one
    /// is a subtraction or an overflow gone wrong).
    SequenceNotNegative,
    /// `four-digit-year`: times have a year from 0 to 9999 (C: `date-time` is RFC 3339, which has no other).
    FourDigitYear,
    /// `time-order`: what follows is not before what it follows (S: nothing ends before it starts). The same time is
    /// fine. Times that merely tend to follow one another are not compared: `acknowledgedAt`, `snoozedAt` and
    /// `closedAt` are each of the last time that it happened (C), and alerts are opened again.
    TimeOrder,
    /// `end-missing`: closed alerts, resolved incidents and remediated vulnerabilities say when (S: the time to
    /// restore, which is what people measure, cannot be told without).
    EndMissing,
    /// `end-too-early`: builds and deployments that are pending or in progress have not completed (S).
    EndTooEarly,
    /// `score-range`: CVSS scores are from 0 to 10 (C).
    ScoreRange,
    /// `finite-number`: a metric's value is a finite number (C: a JSON number; JSON has no NaN and no infinity).
    FiniteNumber,
    /// `atlassian-document`: an annotation is an Atlassian document, `{"version": 1, "type": "doc", "content": […]}`
    /// (C and N: "in Atlassian Document Format").
    AtlassianDocument,
    /// `one-target`: a value goes to a metric source, or to a metric definition and a component, and not to both (C: the
    /// body is one of two).
    OneTarget,
    /// `ari`: an ID is an ARI, and of the resource that belongs there (N: "IDs are ARIs").
    Ari,
}

impl Rule {
    /// All rules.
    pub const ALL: &'static [Self] = &[
        Self::OneKind,
        Self::NotBlank,
        Self::WebUrl,
        Self::SequenceNotNegative,
        Self::FourDigitYear,
        Self::TimeOrder,
        Self::EndMissing,
        Self::EndTooEarly,
        Self::ScoreRange,
        Self::FiniteNumber,
        Self::AtlassianDocument,
        Self::OneTarget,
        Self::Ari,
    ];

    /// The rule's name for programs; it does not change.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::OneKind => "one-kind",
            Self::NotBlank => "not-blank",
            Self::WebUrl => "web-url",
            Self::SequenceNotNegative => "sequence-not-negative",
            Self::FourDigitYear => "four-digit-year",
            Self::TimeOrder => "time-order",
            Self::EndMissing => "end-missing",
            Self::EndTooEarly => "end-too-early",
            Self::ScoreRange => "score-range",
            Self::FiniteNumber => "finite-number",
            Self::AtlassianDocument => "atlassian-document",
            Self::OneTarget => "one-target",
            Self::Ari => "ari",
        }
    }

    /// What the rule demands, to be read behind the field's name.
    #[must_use]
    pub const fn requirement(self) -> &'static str {
        match self {
            Self::OneKind => "must be of exactly one kind",
            Self::NotBlank => "must not be empty or blank",
            Self::WebUrl => "must be an absolute http or https URL",
            Self::SequenceNotNegative => "must be 0 or more",
            Self::FourDigitYear => "must be in the years 0 to 9999",
            Self::TimeOrder => "must not be before what it follows",
            Self::EndMissing => "must be there in this state",
            Self::EndTooEarly => "must be absent in this state",
            Self::ScoreRange => "must be from 0 to 10",
            Self::FiniteNumber => "must be a finite number",
            Self::OneTarget => "must have a metricSourceId, or a metricDefinitionId and a componentId",
            Self::Ari => "must be an ARI of what belongs here",
            Self::AtlassianDocument => {
                "must be an Atlassian document, `{\"version\": 1, \"type\": \"doc\", \"content\": […]}`"
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
