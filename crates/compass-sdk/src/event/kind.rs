//! The kinds of events.

use std::fmt;

/// The ten kinds of events, named as on the wire.
///
/// ```
/// use compass_sdk::event::Kind;
///
/// assert_eq!(Kind::PullRequest.to_string(), "pullRequest");
/// assert_eq!(Kind::ALL.len(), 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `alert`
    Alert,
    /// `build`
    Build,
    /// `custom`
    Custom,
    /// `deployment`
    Deployment,
    /// `flag`
    Flag,
    /// `incident`
    Incident,
    /// `lifecycle`
    Lifecycle,
    /// `pullRequest`
    PullRequest,
    /// `push`
    Push,
    /// `vulnerability`
    Vulnerability,
}

impl Kind {
    /// All kinds, in the order of their names.
    pub const ALL: [Self; 10] = [
        Self::Alert,
        Self::Build,
        Self::Custom,
        Self::Deployment,
        Self::Flag,
        Self::Incident,
        Self::Lifecycle,
        Self::PullRequest,
        Self::Push,
        Self::Vulnerability,
    ];

    /// The kind's field in the contract's `CompassEventInputDto`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Build => "build",
            Self::Custom => "custom",
            Self::Deployment => "deployment",
            Self::Flag => "flag",
            Self::Incident => "incident",
            Self::Lifecycle => "lifecycle",
            Self::PullRequest => "pullRequest",
            Self::Push => "push",
            Self::Vulnerability => "vulnerability",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
