//! What the kinds have in common, each written once: all but pull requests are shown in a component's feed.

/// For a kind: the way from and to the wire, with every check on it.
///
/// The kind is a wrapper of the wire's type that only `checked` makes. Its module has `check_own` for the fields that
/// no other kind has.
macro_rules! kind {
    ($kind:ident, $wire:ident, $check_common:path) => {
        impl $kind {
            /// The event, if it breaks no rule.
            pub(super) fn checked(wire: wire::$wire) -> Result<Self, crate::validation::Violations> {
                let mut checks = crate::validation::Checks::new(super::Kind::$kind.as_str());
                checks.time("lastUpdated", Some(wire.last_updated));
                $check_common(&wire, &mut checks);
                Self::check_own(&wire, &mut checks);
                checks.finish(Self(wire))
            }

            /// The event on the wire.
            pub(super) fn wire(&self) -> &wire::$wire {
                &self.0
            }

            /// When the event was last updated.
            #[must_use]
            pub fn last_updated(&self) -> DateTime<Utc> {
                self.0.last_updated
            }
        }

        impl From<$kind> for super::Event {
            fn from(event: $kind) -> Self {
                Self::$kind(event)
            }
        }
    };
}

/// For a kind that the feed shows: [`kind!`], and the fields that all of them have.
macro_rules! feed_kind {
    ($kind:ident, $wire:ident) => {
        super::feed::kind!($kind, $wire, check_common);

        fn check_common(wire: &wire::$wire, checks: &mut Checks) {
            checks.not_blank("externalEventSourceId", &wire.external_event_source_id);
            checks.web_url("url", Some(&wire.url));
            checks.sequence("updateSequenceNumber", wire.update_sequence_number);
        }

        impl $kind {
            /// The name that the feed shows.
            #[must_use]
            pub fn display_name(&self) -> &str {
                &self.0.display_name
            }

            /// What happened, in words.
            #[must_use]
            pub fn description(&self) -> &str {
                &self.0.description
            }

            /// Where the feed's entry leads to.
            #[must_use]
            pub fn url(&self) -> &str {
                &self.0.url
            }

            /// The number that orders the event's updates.
            #[must_use]
            pub fn sequence(&self) -> Sequence {
                Sequence::of_checked(self.0.update_sequence_number)
            }

            /// The ID of the event's source.
            #[must_use]
            pub fn event_source(&self) -> &str {
                &self.0.external_event_source_id
            }
        }
    };
}

pub(super) use {feed_kind, kind};
