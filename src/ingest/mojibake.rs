//! Undoes text that was encoded as UTF-8 twice: `CafÃ©` is `Café`, `â€”` is `—`.
//!
//! Such text comes about when UTF-8 bytes are taken for Windows-1252 and encoded once more. A run of non-ASCII
//! Windows-1252 characters is repaired only if their bytes are valid UTF-8 again:
//! text that was encoded once practically never has that property (`é` alone is not valid UTF-8).

/// The text decoded once more, or `None` if there is nothing to repair.
#[must_use]
pub fn repair(text: &str) -> Option<String> {
    let mut repaired = String::new();
    let mut is_changed = false;
    let mut rest = text;
    // Characters of other scripts stand between runs as ASCII does.
    let is_candidate = |char: char| !char.is_ascii() && windows_1252_byte(char).is_some();
    while let Some(start) = rest.find(is_candidate) {
        repaired.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|char: char| !is_candidate(char)).unwrap_or(rest.len());
        let run = &rest[..end];
        match decode(run) {
            Some(decoded) => {
                repaired.push_str(&decoded);
                is_changed = true;
            }
            None => repaired.push_str(run),
        }
        rest = &rest[end..];
    }
    repaired.push_str(rest);
    is_changed.then_some(repaired)
}

fn decode(run: &str) -> Option<String> {
    let bytes = run.chars().map(windows_1252_byte).collect::<Option<Vec<u8>>>()?;
    let decoded = String::from_utf8(bytes).ok()?;
    (!decoded.chars().any(char::is_control)).then_some(decoded)
}

/// The byte of a character in Windows-1252, its five unassigned bytes standing for themselves as browsers have it.
fn windows_1252_byte(char: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match u8::try_from(u32::from(char)) {
        // Latin-1 readers leave these as control characters.
        Ok(byte) => Some(byte),
        Err(_) => {
            let index = HIGH.iter().position(|&high| high == char)?;
            u8::try_from(0x80 + index).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn double_encoded_text_is_repaired_and_other_text_is_left() {
        let twice = |text: &str| -> String { text.bytes().map(char::from).collect() };
        for text in ["Café", "└── ✅ 完成", "naïve — “quoted”"] {
            assert_eq!(repair(&twice(text)).as_deref(), Some(text));
            assert_eq!(repair(text), None, "{text}");
        }
        assert_eq!(repair("plain"), None);
        assert_eq!(repair("â€” ok â€™").as_deref(), Some("— ok ’"));
        assert_eq!(repair("完成 Ã©").as_deref(), Some("完成 é"));
        assert_eq!(repair("完成Ã©完é").as_deref(), Some("完成é完é"));
    }
}
