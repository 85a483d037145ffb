// @generated from the contract by `cargo xtask codegen`. Do not edit: change the contract or an overlay.
//! Types that the contract has no name for.

use super::*;

/// `InsertMetricValueBody`
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(untagged)]
pub enum InsertMetricValueBody {
    DefinitionRequestDto(InsertMetricByMetricDefinitionRequestDto),
    SourceRequestDto(InsertMetricByMetricSourceRequestDto),
}

impl ::std::convert::From<InsertMetricByMetricDefinitionRequestDto>
for InsertMetricValueBody {
    fn from(value: InsertMetricByMetricDefinitionRequestDto) -> Self {
        Self::DefinitionRequestDto(value)
    }
}

impl ::std::convert::From<InsertMetricByMetricSourceRequestDto>
for InsertMetricValueBody {
    fn from(value: InsertMetricByMetricSourceRequestDto) -> Self {
        Self::SourceRequestDto(value)
    }
}
