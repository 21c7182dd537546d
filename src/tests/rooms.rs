//! Who may know whom: reads the `crate::` paths of every room and fails on any edge that the table in
//! ARCHITECTURE.md does not have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Room, and the rooms that it may use. `clock`, `telemetry` and `failpoint` are open to every server room, `planted`
/// to every room.
const TABLE: [(&str, &[&str]); 18] = [
    ("domain", &[]),
    ("ui", &["domain"]),
    ("islands", &["domain", "ui", "api"]),
    ("api", &["domain", "service"]),
    ("text", &["domain"]),
    ("mail", &["domain", "text"]),
    ("page", &["domain", "text", "ui", "islands", "api", "service"]),
    ("service", &["domain", "store", "provider"]),
    ("store", &["domain"]),
    ("provider", &["domain"]),
    ("emulator", &["domain"]),
    ("http", &["page", "api", "service", "domain", "text"]),
    ("job", &["domain", "service", "mail", "text"]),
    ("clock", &["domain"]),
    ("telemetry", &[]),
    ("planted", &[]),
    ("failpoint", &[]),
    ("lib", &[]),
];

fn files_of(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_of(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn room_of(source: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(source).unwrap();
    inside.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The rooms that a text names by `crate::room`, tests excluded.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        rooms.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
    }
    rooms
}

#[test]
fn nobody_knows_whom_they_should_not() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    files_of(&source, &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let room = room_of(&source, file);
        if matches!(room.as_str(), "tests" | "main" | "config" | "assemble" | "command")
            || file.iter().any(|part| part == "tests")
            || file.ends_with("tests.rs")
        {
            continue;
        }
        let (_, allowed) =
            TABLE.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("{room} is in no table"));
        for used in named(&std::fs::read_to_string(file).unwrap()) {
            let is_open =
                matches!(used.as_str(), "clock" | "telemetry" | "failpoint") && room != "domain" && room != "ui"
                    || used == "planted";
            if used != room && !is_open && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", file.strip_prefix(&source).unwrap().display()));
            }
        }
    }
    assert!(files.len() > 60, "the sources were not found");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_file_is_two_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "sim", "torture", "contract", "bench"] {
        files_of(&root.join(folder), &mut files);
    }
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
    }
}
