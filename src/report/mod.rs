//! What an engine query answered, as others read it. One file a format.

pub mod json;
