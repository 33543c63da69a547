//! Natural keys: the same fact read twice, from whichever file, gets the same 16 bytes.
//!
//! A key is the first 128 bits of the BLAKE3 hash of a namespace and its parts, so it needs no
//! counter and no coordination: an importer names what makes a fact itself (a video id, a stage
//! name and its start) and importing it again finds the row that is there already. People see a
//! key as 32 hex digits and may type any unambiguous beginning of it, as with git.

use std::fmt;

/// What makes a run, span, series, usage, source or note itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

impl Key {
    /// The key of a fact that `parts` tell apart within `namespace`.
    /// Parts are length-prefixed, so `["ab", "c"]` and `["a", "bc"]` differ.
    #[must_use]
    pub fn of(namespace: &str, parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in std::iter::once(&namespace).chain(parts) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(bytes)
    }

    /// The key written as 32 lower-case hex digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().fold(String::with_capacity(32), |mut text, byte| {
            use fmt::Write as _;
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The first eight hex digits: what lists show.
    #[must_use]
    pub fn short(self) -> String {
        self.to_hex()[..8].to_owned()
    }

    /// Reads 32 hex digits; `None` for anything else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// A key from 16 stored bytes; `None` if there are not exactly 16.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(Key::of("span", &["ab", "c"]), Key::of("span", &["a", "bc"]));
        assert_eq!(Key::of("span", &["a", "b"]), Key::of("span", &["a", "b"]));
    }

    #[test]
    fn hex_reads_back() {
        let key = Key::of("run", &["x"]);
        assert_eq!(Key::from_hex(&key.to_hex()), Some(key));
        assert_eq!(Key::from_hex("zz"), None);
        assert_eq!(Key::from_hex(&"é".repeat(16)), None);
    }
}
