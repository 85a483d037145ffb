//! The names of changes. A rule only names: whether a change breaks somebody is decided by containment.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::change::Direction;

/// The stable name of a kind of change: `request-property-became-required`, `operation-removed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule {
    direction: Option<Direction>,
    name: &'static str,
}

impl Rule {
    /// A rule about what a schema says; its ID begins with who sends the instance.
    pub(crate) fn of_schema(direction: Direction, name: SchemaRule) -> Self {
        Self { direction: Some(direction), name: name.name() }
    }

    /// A rule about everything else.
    pub(crate) fn of_document(name: DocumentRule) -> Self {
        Self { direction: None, name: name.name() }
    }

    /// The ID, which stays the same from version to version.
    #[must_use]
    pub fn id(&self) -> String {
        match self.direction {
            Some(direction) => format!("{direction}-{}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// All rules there are, those of schemas once for each direction.
    pub fn all() -> impl Iterator<Item = Self> {
        let schema = |direction| {
            let names = SchemaRule::ALL.iter().filter(move |name| name.is_told_of(direction));
            names.map(move |name| Self::of_schema(direction, *name))
        };
        let document = DocumentRule::ALL.iter().map(|name| Self::of_document(*name));
        schema(Direction::Request).chain(schema(Direction::Response)).chain(document)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl SchemaRule {
    /// The net below the finer rules tells only what hurts.
    fn is_told_of(self, direction: Direction) -> bool {
        match self {
            Self::Narrowed => direction == Direction::Request,
            Self::Widened => direction == Direction::Response,
            _ => true,
        }
    }
}

/// An enum of rules with their names, and the list of all of them.
macro_rules! rules {
    ($(#[$doc:meta])* $enum:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum $enum { $($variant,)* }

        impl $enum {
            const ALL: &[Self] = &[$(Self::$variant,)*];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

rules! {
    /// What may change in a schema.
    SchemaRule {
        TypeWidened = "type-widened",
        TypeNarrowed = "type-narrowed",
        TypeChanged = "type-changed",
        BecameNullable = "became-nullable",
        BecameNotNullable = "became-not-nullable",
        BecameEnum = "became-enum",
        EnumRemoved = "enum-removed",
        EnumValueAdded = "enum-value-added",
        EnumValueRemoved = "enum-value-removed",
        ValueForbidden = "value-forbidden",
        ValueAllowed = "value-allowed",
        MinimumAdded = "minimum-added",
        MinimumRemoved = "minimum-removed",
        MinimumIncreased = "minimum-increased",
        MinimumDecreased = "minimum-decreased",
        MaximumAdded = "maximum-added",
        MaximumRemoved = "maximum-removed",
        MaximumIncreased = "maximum-increased",
        MaximumDecreased = "maximum-decreased",
        MultipleOfAdded = "multiple-of-added",
        MultipleOfRemoved = "multiple-of-removed",
        MultipleOfChanged = "multiple-of-changed",
        MinLengthIncreased = "min-length-increased",
        MinLengthDecreased = "min-length-decreased",
        MaxLengthAdded = "max-length-added",
        MaxLengthRemoved = "max-length-removed",
        MaxLengthIncreased = "max-length-increased",
        MaxLengthDecreased = "max-length-decreased",
        PatternAdded = "pattern-added",
        PatternRemoved = "pattern-removed",
        PatternChanged = "pattern-changed",
        FormatAdded = "format-added",
        FormatRemoved = "format-removed",
        FormatChanged = "format-changed",
        MinItemsIncreased = "min-items-increased",
        MinItemsDecreased = "min-items-decreased",
        MaxItemsAdded = "max-items-added",
        MaxItemsRemoved = "max-items-removed",
        MaxItemsIncreased = "max-items-increased",
        MaxItemsDecreased = "max-items-decreased",
        UniqueItemsAdded = "unique-items-added",
        UniqueItemsRemoved = "unique-items-removed",
        ContainsChanged = "contains-changed",
        MinPropertiesIncreased = "min-properties-increased",
        MinPropertiesDecreased = "min-properties-decreased",
        MaxPropertiesAdded = "max-properties-added",
        MaxPropertiesRemoved = "max-properties-removed",
        MaxPropertiesIncreased = "max-properties-increased",
        MaxPropertiesDecreased = "max-properties-decreased",
        PropertyAdded = "property-added",
        RequiredPropertyAdded = "required-property-added",
        PropertyRemoved = "property-removed",
        RequiredPropertyRemoved = "required-property-removed",
        PropertyBecameRequired = "property-became-required",
        PropertyBecameOptional = "property-became-optional",
        PropertyBecameReadOnly = "property-became-read-only",
        PropertyBecameNotReadOnly = "property-became-not-read-only",
        PropertyBecameWriteOnly = "property-became-write-only",
        PropertyBecameNotWriteOnly = "property-became-not-write-only",
        AdditionalPropertiesForbidden = "additional-properties-forbidden",
        AdditionalPropertiesAllowed = "additional-properties-allowed",
        PatternPropertiesChanged = "pattern-properties-changed",
        PropertyNamesChanged = "property-names-changed",
        VariantAdded = "variant-added",
        VariantRemoved = "variant-removed",
        NotChanged = "not-changed",
        KeywordChanged = "keyword-changed",
        DefaultAdded = "default-added",
        DefaultRemoved = "default-removed",
        DefaultChanged = "default-changed",
        DiscriminatorAdded = "discriminator-added",
        DiscriminatorRemoved = "discriminator-removed",
        DiscriminatorChanged = "discriminator-changed",
        DiscriminatorMappingAdded = "discriminator-mapping-added",
        DiscriminatorMappingRemoved = "discriminator-mapping-removed",
        DiscriminatorMappingChanged = "discriminator-mapping-changed",
        SchemaDeprecated = "schema-deprecated",
        SchemaUndeprecated = "schema-undeprecated",
        SchemaAdded = "schema-added",
        SchemaRemoved = "schema-removed",
        Narrowed = "narrowed",
        Widened = "widened",
        Undecided = "undecided",
    }
}

rules! {
    /// What may change in the rest of a document.
    DocumentRule {
        OperationAdded = "operation-added",
        OperationRemoved = "operation-removed",
        OperationMoved = "operation-moved",
        OperationIdAdded = "operation-id-added",
        OperationIdRemoved = "operation-id-removed",
        OperationIdChanged = "operation-id-changed",
        OperationDeprecated = "operation-deprecated",
        OperationUndeprecated = "operation-undeprecated",
        OperationTagsChanged = "operation-tags-changed",
        PathParameterRenamed = "path-parameter-renamed",
        ParameterAdded = "parameter-added",
        RequiredParameterAdded = "required-parameter-added",
        ParameterRemoved = "parameter-removed",
        ParameterMoved = "parameter-moved",
        ParameterBecameRequired = "parameter-became-required",
        ParameterBecameOptional = "parameter-became-optional",
        ParameterStyleChanged = "parameter-style-changed",
        ParameterMediaTypeChanged = "parameter-media-type-changed",
        ParameterDeprecated = "parameter-deprecated",
        ParameterUndeprecated = "parameter-undeprecated",
        RequestBodyAdded = "request-body-added",
        RequiredRequestBodyAdded = "required-request-body-added",
        RequestBodyRemoved = "request-body-removed",
        RequestBodyBecameRequired = "request-body-became-required",
        RequestBodyBecameOptional = "request-body-became-optional",
        RequestMediaTypeAdded = "request-media-type-added",
        RequestMediaTypeRemoved = "request-media-type-removed",
        ResponseMediaTypeAdded = "response-media-type-added",
        ResponseMediaTypeRemoved = "response-media-type-removed",
        MediaTypeParametersChanged = "media-type-parameters-changed",
        EncodingChanged = "encoding-changed",
        ResponseAdded = "response-added",
        ResponseRemoved = "response-removed",
        ResponseHeaderAdded = "response-header-added",
        ResponseHeaderRemoved = "response-header-removed",
        ResponseHeaderBecameRequired = "response-header-became-required",
        ResponseHeaderBecameOptional = "response-header-became-optional",
        LinksChanged = "links-changed",
        SecurityTightened = "security-tightened",
        SecurityLoosened = "security-loosened",
        SecuritySchemeAdded = "security-scheme-added",
        SecuritySchemeRemoved = "security-scheme-removed",
        SecuritySchemeChanged = "security-scheme-changed",
        ServerAdded = "server-added",
        ServerRemoved = "server-removed",
        ServerVariableChanged = "server-variable-changed",
        SchemaRenamed = "schema-renamed",
        ReferenceUnresolved = "reference-unresolved",
        TagAdded = "tag-added",
        TagRemoved = "tag-removed",
        VersionChanged = "version-changed",
    }
}
