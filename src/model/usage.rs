//! Usage: what a call consumed, in the units it is billed by, and the cost its source reported.

use rust_decimal::Decimal;

use super::Key;

/// What one piece of work consumed. Reported cost stays beside any cost computed later.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// What makes it this usage.
    pub key: Key,
    /// The run it belongs to.
    pub run: Key,
    /// The span that consumed it.
    pub span: Option<Key>,
    /// Who bills it.
    pub provider: Option<String>,
    /// The model or voice.
    pub model: Option<String>,
    /// The amounts, one per unit.
    pub quantities: Vec<Quantity>,
    /// What the source itself said it cost.
    pub reported_cost: Option<Cost>,
}

/// An amount in a billable unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The unit.
    pub unit: UsageUnit,
    /// How many, exactly as written.
    pub amount: Decimal,
}

/// Units that providers bill by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsageUnit {
    /// Prompt tokens, all of them.
    InputToken,
    /// Prompt tokens served from a cache, counted inside `InputToken`.
    CachedInputToken,
    /// Prompt tokens written to a cache.
    CacheWriteToken,
    /// Completion tokens, all of them.
    OutputToken,
    /// Completion tokens spent on reasoning, counted inside `OutputToken`.
    ReasoningToken,
    /// Seconds of audio or video.
    MediaSecond,
    /// Characters of text spoken.
    Character,
    /// Calls.
    Request,
}

impl UsageUnit {
    /// Every unit.
    pub const ALL: [Self; 8] = [
        Self::InputToken,
        Self::CachedInputToken,
        Self::CacheWriteToken,
        Self::OutputToken,
        Self::ReasoningToken,
        Self::MediaSecond,
        Self::Character,
        Self::Request,
    ];

    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InputToken => "input_token",
            Self::CachedInputToken => "cached_input_token",
            Self::CacheWriteToken => "cache_write_token",
            Self::OutputToken => "output_token",
            Self::ReasoningToken => "reasoning_token",
            Self::MediaSecond => "media_second",
            Self::Character => "character",
            Self::Request => "request",
        }
    }

    /// The words people read, plural.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::InputToken => "input tokens",
            Self::CachedInputToken => "cached input tokens",
            Self::CacheWriteToken => "cache write tokens",
            Self::OutputToken => "output tokens",
            Self::ReasoningToken => "reasoning tokens",
            Self::MediaSecond => "seconds of media",
            Self::Character => "characters",
            Self::Request => "requests",
        }
    }

    /// The unit of that stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

/// An exact amount of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// How much.
    pub amount: Decimal,
    /// ISO 4217 code, mostly `USD`.
    pub currency: String,
}
