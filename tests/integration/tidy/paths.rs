//! Which modules and crates a Rust source names: its paths, without comments, strings and inner modules' `super`.
//!
//! This reads tokens, not Rust: enough to see `use crate::{a, b::c}`, `crate::a::f()`, `super::super::a` and
//! `rusqlite::Row`, and small enough to be believed. A macro that pastes a path together would escape it.

/// Something outside the file that a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Reach {
    /// A top module of this crate.
    Module(String),
    /// The first word of a path that starts neither with `crate` nor with `self` or `super`: often another crate.
    Crate(String),
}

/// Every path in a file, as the line it is on and what it leads to.
pub fn reaches(path: &str, text: &str) -> Vec<(usize, Reach)> {
    let tokens = tokens(text);
    let mut inner_modules: Vec<usize> = Vec::new(); // brace depths at which inline modules opened
    let mut depth = 0;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = &tokens[at];
        let before = at.checked_sub(1).map_or("", |before| tokens[before].1.as_str());
        match token.as_str() {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inner_modules.retain(|opened| *opened < depth);
            }
            "mod" if tokens.get(at + 2).is_some_and(|(_, next)| next == "{") => inner_modules.push(depth),
            "use" => {
                let mut branches = Vec::new();
                at = use_tree(&tokens, at + 1, &[], &mut branches);
                let home = home(path, inner_modules.len());
                found.extend(branches.iter().filter_map(|(line, branch)| Some((*line, reach(&home, branch)?))));
                continue;
            }
            word if is_word(word) && before != "::" && before != "." && next_is(&tokens, at, "::") => {
                let mut segments = vec![word];
                while next_is(&tokens, at, "::") && tokens.get(at + 2).is_some_and(|(_, next)| is_word(next)) {
                    at += 2;
                    segments.push(&tokens[at].1);
                }
                let home = home(path, inner_modules.len());
                found.extend(reach(&home, &segments).map(|reach| (*line, reach)));
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The modules around a line of a file: `["store", "schema", "…"]` for an inline module in `src/store/schema.rs`.
fn home(path: &str, num_inner: usize) -> Vec<&str> {
    let inside = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    let mut home: Vec<&str> = inside.split('/').filter(|part| *part != "lib" && *part != "main").collect();
    home.extend(std::iter::repeat_n("…", num_inner));
    home
}

fn reach(home: &[&str], path: &[&str]) -> Option<Reach> {
    let (first, rest) = path.split_first()?;
    match *first {
        "crate" | "reelbench" => rest.first().map(|module| Reach::Module((*module).to_owned())),
        "super" => {
            let num_up = path.iter().take_while(|segment| **segment == "super").count();
            let around = &home[..home.len().saturating_sub(num_up)];
            let module = around.first().or_else(|| path.get(num_up))?;
            Some(Reach::Module((*module).to_owned()))
        }
        "self" | "Self" => None,
        name => Some(Reach::Crate(name.to_owned())),
    }
}

/// Reads one `use` tree from `at` and returns where it ends. `a::{b, c::d}` becomes `a::b` and `a::c::d`.
fn use_tree<'a>(
    tokens: &'a [(usize, String)],
    mut at: usize,
    stem: &[&'a str],
    branches: &mut Vec<(usize, Vec<&'a str>)>,
) -> usize {
    let mut path = stem.to_vec();
    let mut line = tokens.get(at).map_or(0, |(line, _)| *line);
    while let Some((token_line, token)) = tokens.get(at) {
        match token.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|(_, token)| token != "}") {
                    at = use_tree(tokens, at, &path, branches);
                    if tokens.get(at).is_some_and(|(_, token)| token == ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            "as" => at += 1,
            "::" => {}
            ";" | "," | "}" => break,
            segment => {
                line = *token_line;
                path.push(segment);
            }
        }
        at += 1;
    }
    branches.push((line, path));
    at
}

fn next_is(tokens: &[(usize, String)], at: usize, wanted: &str) -> bool {
    tokens.get(at + 1).is_some_and(|(_, next)| next == wanted)
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, `::` and single signs with their lines; comments, strings, characters and lifetimes are left out.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().take_while(|c| **c != '\n').count(),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => quoted(rest, '"'),
            ['\'', '\\', ..] => quoted(rest, '\''),
            ['\'', _, '\'', ..] => 3,
            ['\'', ..] => 1 + rest[1..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count(),
            [':', ':', ..] => {
                tokens.push((line, "::".to_owned()));
                2
            }
            [first, ..] if first.is_alphabetic() || *first == '_' => {
                let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                let after = &rest[word.chars().count()..];
                match (word.as_str(), after) {
                    ("r" | "br" | "cr", ['"' | '#', ..]) if raw_quoted(after) > 0 => word.len() + raw_quoted(after),
                    ("b" | "c", ['"', ..]) => word.len() + quoted(after, '"'),
                    ("b", ['\'', ..]) => word.len() + quoted(after, '\''),
                    _ => {
                        let length = word.chars().count();
                        tokens.push((line, word));
                        length
                    }
                }
            }
            [sign, ..] => {
                if !sign.is_whitespace() {
                    tokens.push((line, sign.to_string()));
                }
                1
            }
            [] => break,
        };
        line += chars[at..(at + length).min(chars.len())].iter().filter(|c| **c == '\n').count();
        at += length;
    }
    tokens
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of `#"…"#` at the start of `rest`, or 0 when it is no raw string.
fn raw_quoted(rest: &[char]) -> usize {
    let num_hashes = rest.iter().take_while(|c| **c == '#').count();
    if rest.get(num_hashes) != Some(&'"') {
        return 0;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', num_hashes)).collect();
    let body = &rest[num_hashes + 1..];
    let length = body.windows(end.len()).position(|window| window == end).unwrap_or(body.len());
    num_hashes + 1 + length + end.len()
}
