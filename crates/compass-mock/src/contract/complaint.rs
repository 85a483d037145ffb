//! What stands in `errors` of a refusal.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// Why a request is refused.
///
/// Serialised it is one of the `errors` of Compass: `{"type": "FIELD_MISSING", "message": "..."}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The stable code of the kind of error.
    pub kind: ErrorType,
    /// What is wrong, where, and what is expected, for people.
    pub message: String,
}

/// Declares the types once, so that the list of all cannot miss one.
macro_rules! error_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// The types of errors that Compass is known to answer to REST callers, documented or seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorType {
            $($(#[$doc])* $variant,)+
        }

        impl ErrorType {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The type as Compass spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

error_types! {
    /// A part of the request is wrong in a way that has no type of its own.
    ArgumentInvalid = "ARGUMENT_INVALID",
    /// A component has as many event sources as it can have. (Seen.)
    AttachedEventSourceLimitReached = "ATTACHED_EVENT_SOURCE_LIMIT_REACHED",
    /// The cloud ID is not that of the site.
    CloudIdInvalid = "CLOUD_ID_INVALID",
    /// The site has no Compass.
    CompassNotAvailable = "COMPASS_NOT_AVAILABLE",
    /// The component's ID is no ARI of a component.
    ComponentAriInvalid = "COMPONENT_ARI_INVALID",
    /// There is no such component.
    ComponentNotFound = "COMPONENT_NOT_FOUND",
    /// A value is well written, and out of bounds.
    ConstraintViolation = "CONSTRAINT_VIOLATION",
    /// An event names no component, and no event source for it is attached to one. (Seen.)
    CreateEventSourceNotFound = "CREATE_EVENT_SOURCE_NOT_FOUND",
    /// A field is `null` that cannot be.
    FieldCannotBeNull = "FIELD_CANNOT_BE_NULL",
    /// A field is missing that must be there.
    FieldMissing = "FIELD_MISSING",
    /// A value is of the wrong type, or not written as it must be.
    FormatInvalid = "FORMAT_INVALID",
    /// Compass failed.
    InternalServerError = "INTERNAL_SERVER_ERROR",
    /// There is no cloud ID.
    MissingCloudId = "MISSING_CLOUD_ID",
    /// An event has no kind, or several.
    OneOfDirectiveValidationError = "ONE_OF_DIRECTIVE_VALIDATION_ERROR",
    /// The user may not do this.
    PermissionDenied = "PERMISSION_DENIED",
    /// Somebody else changed the same thing at the same time.
    StoreConflictException = "STORE_CONFLICT_EXCEPTION",
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ErrorType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Complaint {
    pub(crate) fn new(kind: ErrorType, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl Serialize for Complaint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut error = serializer.serialize_struct("Complaint", 2)?;
        error.serialize_field("type", &self.kind)?;
        error.serialize_field("message", &self.message)?;
        error.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn the_types_are_those_of_the_notes() {
        let names: Vec<_> = ErrorType::ALL.iter().map(|kind| kind.as_str()).collect();
        let notes = "ARGUMENT_INVALID, ATTACHED_EVENT_SOURCE_LIMIT_REACHED, CLOUD_ID_INVALID, COMPASS_NOT_AVAILABLE, \
                     COMPONENT_ARI_INVALID, COMPONENT_NOT_FOUND, CONSTRAINT_VIOLATION, CREATE_EVENT_SOURCE_NOT_FOUND, \
                     FIELD_CANNOT_BE_NULL, FIELD_MISSING, FORMAT_INVALID, INTERNAL_SERVER_ERROR, MISSING_CLOUD_ID, \
                     ONE_OF_DIRECTIVE_VALIDATION_ERROR, PERMISSION_DENIED, STORE_CONFLICT_EXCEPTION";
        assert_eq!(names.join(", "), notes);
    }

    #[test]
    fn serialised_as_compass_does() {
        let complaint = Complaint::new(ErrorType::FormatInvalid, "Field [value] is invalid.");
        let expected = json!({ "type": "FORMAT_INVALID", "message": "Field [value] is invalid." });
        assert_eq!(to_value(&complaint).unwrap(), expected);
        assert_eq!(complaint.to_string(), "FORMAT_INVALID: Field [value] is invalid.");
    }
}
