//! Components, as the paths of files name them.

use std::fmt;

use uuid::Uuid;

use crate::ari::ComponentAri;

/// A component's bare UUID: what the operations on files take instead of its ARI (NOTES: "Files").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub(crate) Uuid);

impl From<Uuid> for ComponentId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<&ComponentAri> for ComponentId {
    fn from(ari: &ComponentAri) -> Self {
        // An ARI is only parsed if this is a UUID.
        Self(Uuid::try_parse(ari.uuid()).unwrap_or_default())
    }
}

impl fmt::Display for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
