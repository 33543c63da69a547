//! What the values of options look like: labels, lengths of time, sizes of pictures.

use crate::model::time::parse_duration;

/// A label as `name=value`.
pub(super) fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

/// A length of time above zero, in nanoseconds.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    parse_duration(text)
        .filter(|&nanos| nanos > 0)
        .ok_or_else(|| "write a length of time such as 200ms, 5s or 2m".to_owned())
}

/// A picture's width and height in pixels.
#[cfg(feature = "gui")]
pub(super) fn size(text: &str) -> Result<(u32, u32), String> {
    let parsed =
        text.split_once(['x', '×']).and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    parsed
        .filter(|&(width, height): &(u32, u32)| (64..=16_384).contains(&width) && (64..=16_384).contains(&height))
        .ok_or_else(|| "write it as WIDTHxHEIGHT, from 64x64 to 16384x16384".to_owned())
}
