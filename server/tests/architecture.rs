//! Holds the server to its own map: which layer may import what, no cycles of files, leaves that do not know
//! their parents, `mod.rs` files that only declare, and files of a readable length.
//!
//! It reads the sources as text. That is enough for `use` lines in the form rustfmt gives them, and it costs
//! no dependency; paths written out in the middle of code are found too.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers and what each may import, besides itself. Everything else of the crate is forbidden to it.
const LAYERS: [(&str, &[&str]); 5] = [
    ("domain", &[]),
    ("ports", &["domain"]),
    ("adapters", &["ports", "domain"]),
    ("engine", &["ports", "domain"]),
    ("services", &["engine", "domain"]),
];

/// Outside crates that a layer may name; `None` is any but those of `FORBIDDEN_CRATES`.
const DOMAIN_CRATES: &[&str] = &["std", "uuid", "serde", "serde_json", "ipnet", "thiserror"];
/// What the use cases must not know: how calls arrive and where rows live.
const ENGINE_FORBIDDEN: &[&str] = &[
    "tonic",
    "prost",
    "prost_types",
    "hostler_proto",
    "diesel",
    "diesel_async",
    "reqwest",
    "axum",
    "hyper",
    "hyper_util",
    "http",
    "tower",
    "tower_http",
    "lettre",
];
const SERVICES_FORBIDDEN: &[&str] = &["diesel", "diesel_async", "reqwest", "lettre", "mysql_async"];

const MAX_LINES: usize = 500;

/// One source file, without its tests.
struct Source {
    /// Such as `engine/servers/watch`; for a `mod.rs` the directory.
    module: String,
    path: PathBuf,
    is_mod: bool,
    text: String,
    /// Lines of code, tests left out.
    lines: usize,
}

fn sources() -> BTreeMap<String, Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    read_directory(&root, &root, &mut found);
    assert!(
        found.len() > 100,
        "only {} files found: the walk is broken",
        found.len()
    );
    found
}

fn read_directory(root: &Path, directory: &Path, found: &mut BTreeMap<String, Source>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_directory(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = read_source(root, path);
            found.insert(source.module.clone(), source);
        }
    }
}

fn read_source(root: &Path, path: PathBuf) -> Source {
    let relative = path.strip_prefix(root).unwrap().with_extension("");
    let is_mod = relative.ends_with("mod");
    let module = if is_mod {
        relative.parent().unwrap()
    } else {
        &relative
    };
    let whole = fs::read_to_string(&path).unwrap();
    let text = whole
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap()
        .to_owned();
    Source {
        module: module.to_str().unwrap().to_owned(),
        is_mod,
        lines: text.lines().count(),
        text,
        path,
    }
}

impl Source {
    fn layer(&self) -> Option<&str> {
        let first = self.module.split('/').next().unwrap();
        LAYERS
            .iter()
            .map(|(layer, _)| *layer)
            .find(|layer| *layer == first)
    }

    /// Files of tests alone: they may look anywhere and be long.
    fn is_test(&self) -> bool {
        let name = self.module.rsplit('/').next().unwrap();
        name == "tests"
            || name.ends_with("_tests")
            || name.starts_with("golden_")
            || self.module.contains("/tests/")
    }

    /// The code without comments, so that a path in a sentence is no import.
    fn code(&self) -> impl Iterator<Item = &str> {
        self.text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default())
    }

    /// Every path of the code that begins at the crate or at a neighbour, in full and without braces.
    fn paths(&self) -> Vec<String> {
        let code: String = self.code().collect::<Vec<_>>().join("\n");
        let mut paths = Vec::new();
        for start in ["crate::", "super::"] {
            for (at, _) in code.match_indices(start) {
                let before = code[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                    continue;
                }
                // `pub(in crate::services)` names no import.
                if code[..at].trim_end().ends_with("(in") {
                    continue;
                }
                paths.extend(expand(&code[at..]));
            }
        }
        paths
    }

    /// Where a path leads: the segments from the crate's root, `super` resolved.
    fn resolve(&self, path: &str) -> Vec<String> {
        let mut at: Vec<String> = self.module.split('/').map(str::to_owned).collect();
        let mut segments = Vec::new();
        for segment in path.split("::").map(str::trim) {
            match segment {
                "crate" => at.clear(),
                "super" => {
                    at.pop();
                }
                "self" | "" => {}
                other => segments.push(other.to_owned()),
            }
        }
        at.extend(segments);
        at
    }
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`. Reads until the path ends.
fn expand(text: &str) -> Vec<String> {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .unwrap_or(text.len());
    let head = &text[..end];
    if !(head.ends_with("::") && text[end..].starts_with('{')) {
        return vec![head.trim_end_matches(':').to_owned()];
    }
    let mut depth = 0;
    let (mut parts, mut part) = (Vec::new(), String::new());
    for c in text[end..].chars() {
        match c {
            '{' => {
                depth += 1;
                if depth > 1 {
                    part.push(c);
                }
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                part.push(c);
            }
            ',' if depth == 1 => parts.push(std::mem::take(&mut part)),
            c if c.is_whitespace() => {}
            c => part.push(c),
        }
    }
    parts.push(part);
    parts
        .iter()
        .filter(|part| !part.is_empty())
        .flat_map(|part| expand(part))
        .map(|part| format!("{head}{part}"))
        .collect()
}

/// The file that a path from the root leads to: the longest beginning that is one.
fn target<'a>(sources: &'a BTreeMap<String, Source>, segments: &[String]) -> Option<&'a Source> {
    (1..=segments.len())
        .rev()
        .find_map(|length| sources.get(&segments[..length].join("/")))
}

fn assert_none(faults: &BTreeSet<String>) {
    let list: Vec<_> = faults.iter().map(String::as_str).collect();
    assert!(faults.is_empty(), "\n{}", list.join("\n"));
}

#[test]
fn every_layer_imports_only_what_it_may() {
    let sources = sources();
    let mut faults = BTreeSet::new();
    for source in sources.values().filter(|source| !source.is_test()) {
        let Some(layer) = source.layer() else { continue };
        let allowed = LAYERS.iter().find(|(name, _)| *name == layer).unwrap().1;
        for path in source.paths() {
            let segments = source.resolve(&path);
            let Some(first) = segments.first() else { continue };
            if first != layer && !allowed.contains(&first.as_str()) {
                faults.insert(format!("{}: {layer} may not import {path}", source.module));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn no_adapter_imports_another() {
    let sources = sources();
    let mut faults = BTreeSet::new();
    let adapter = |module: &str| module.split('/').nth(1).unwrap_or_default().to_owned();
    for source in sources.values().filter(|source| !source.is_test()) {
        if source.layer() != Some("adapters") || source.module == "adapters" {
            continue;
        }
        for path in source.paths() {
            let segments = source.resolve(&path);
            let other = segments.get(1).cloned().unwrap_or_default();
            if segments.first().is_some_and(|first| first == "adapters") && other != adapter(&source.module) {
                faults.insert(format!("{}: imports the adapter {path}", source.module));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn layers_use_only_the_crates_that_are_theirs() {
    let sources = sources();
    let mut faults = BTreeSet::new();
    for source in sources.values().filter(|source| !source.is_test()) {
        for line in source.code().map(str::trim) {
            let Some(path) = line
                .strip_prefix("use ")
                .or_else(|| line.strip_prefix("pub use "))
            else {
                continue;
            };
            let first = path
                .trim_start_matches("::")
                .split([':', ';', ' '])
                .next()
                .unwrap_or_default();
            let inside = ["crate", "super", "self"].contains(&first);
            let forbidden = match source.layer() {
                Some("domain" | "ports") if inside => false,
                Some("domain") => !DOMAIN_CRATES.contains(&first),
                Some("ports") => !DOMAIN_CRATES.contains(&first) && first != "async_trait",
                Some("engine") => ENGINE_FORBIDDEN.contains(&first),
                Some("services") => SERVICES_FORBIDDEN.contains(&first),
                Some(_) | None => false,
            };
            // A neighbour that the line before declared, as `use v1::...` after `use hostler_proto::v1`.
            if forbidden && !source.text.contains(&format!("mod {first};")) {
                faults.insert(format!("{}: may not use the crate {first}", source.module));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn no_child_imports_from_its_parent() {
    let sources = sources();
    let mut faults = BTreeSet::new();
    for source in sources.values().filter(|source| !source.is_test()) {
        for path in source.paths() {
            let segments = source.resolve(&path);
            let Some(found) = target(&sources, &segments) else {
                continue;
            };
            let below = source.module.starts_with(&format!("{}/", found.module));
            if below {
                faults.insert(format!(
                    "{}: {path} comes from its parent {}; name the leaf",
                    source.module, found.module
                ));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn the_files_make_no_cycle() {
    let sources = sources();
    let graph: BTreeMap<&str, BTreeSet<&str>> = sources
        .values()
        .filter(|source| !source.is_test())
        .map(|source| (source.module.as_str(), edges(&sources, source)))
        .collect();
    let (mut done, mut cycles) = (BTreeSet::new(), BTreeSet::new());
    for start in graph.keys() {
        find_cycles(&graph, start, &mut Vec::new(), &mut done, &mut cycles);
    }
    assert_none(&cycles);
}

/// What a file needs: what it imports, and the children that it re-exports.
fn edges<'a>(sources: &'a BTreeMap<String, Source>, source: &Source) -> BTreeSet<&'a str> {
    let mut edges = BTreeSet::new();
    for path in source.paths() {
        if let Some(found) = target(sources, &source.resolve(&path))
            && found.module != source.module
        {
            edges.insert(found.module.as_str());
        }
    }
    for line in source.code() {
        let Some(rest) = line.trim().rsplit_once("use ").map(|(_, rest)| rest) else {
            continue;
        };
        let child = rest.split([':', ';']).next().unwrap_or_default();
        if let Some(found) = sources.get(&format!("{}/{child}", source.module)) {
            edges.insert(found.module.as_str());
        }
    }
    edges
}

fn find_cycles<'a>(
    graph: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    at: &'a str,
    trail: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
    cycles: &mut BTreeSet<String>,
) {
    if let Some(first) = trail.iter().position(|seen| *seen == at) {
        cycles.insert(format!("{} -> {at}", trail[first..].join(" -> ")));
        return;
    }
    if done.contains(at) {
        return;
    }
    trail.push(at);
    for next in graph.get(at).into_iter().flatten() {
        find_cycles(graph, next, trail, done, cycles);
    }
    trail.pop();
    done.insert(at);
}

#[test]
fn a_mod_file_declares_and_re_exports_and_does_nothing() {
    const ITEMS: [&str; 8] = [
        "fn ", "struct ", "enum ", "trait ", "impl", "const ", "static ", "type ",
    ];
    let sources = sources();
    let mut faults = BTreeSet::new();
    for source in sources
        .values()
        .filter(|source| source.is_mod && !source.is_test())
    {
        for line in source.code() {
            let item = line
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub(super) ")
                .trim_start_matches("pub ")
                .trim_start_matches("async ");
            if ITEMS.iter().any(|start| item.starts_with(start)) {
                faults.insert(format!("{}/mod.rs: {line}", source.module));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_file_says_what_it_is_for() {
    let faults = sources()
        .values()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| format!("{} does not begin with `//!`", source.path.display()))
        .collect();
    assert_none(&faults);
}

#[test]
fn no_file_is_too_long_to_read() {
    let faults = sources()
        .values()
        .filter(|source| !source.is_test() && source.lines > MAX_LINES)
        .map(|source| format!("{} has {} lines", source.module, source.lines))
        .collect();
    assert_none(&faults);
}

#[test]
fn no_module_is_a_drawer_for_odds_and_ends() {
    const DRAWERS: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];
    let faults = sources()
        .keys()
        .filter(|module| DRAWERS.contains(&module.rsplit('/').next().unwrap()))
        .map(|module| format!("{module}: give its functions to the noun that owns them"))
        .collect();
    assert_none(&faults);
}
