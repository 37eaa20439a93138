//! What ARCHITECTURE.md says of arrows: between crates, and between the files of each.

#![expect(clippy::disallowed_methods, reason = "the test reads the sources")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::UseTree;
use syn::visit::{self, Visit};

/// Each crate and the crates of this workspace that it may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("chain", &["base"]),
    ("observe", &["base", "chain"]),
    ("world", &["base", "chain"]),
    ("sim", &["base", "chain", "world"]),
    ("explain", &["base", "chain", "observe", "world"]),
    ("replay", &["base", "chain", "observe", "world", "sim"]),
    (
        "report",
        &[
            "base", "chain", "observe", "world", "sim", "explain", "replay",
        ],
    ),
    ("source", &["base", "chain"]),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    out.sort();
}

#[test]
fn crates_depend_only_to_their_left() {
    for (name, allowed) in ARROWS {
        let manifest = fs::read_to_string(crates().join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&manifest).unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        for dependency in dependencies.keys() {
            let Some(other) = dependency.strip_prefix("hashquake-") else {
                continue;
            };
            assert!(allowed.contains(&other), "{name} depends on {other}");
        }
    }
}

/// Module paths of a file, `["scenario", "tree"]`; empty for the crate's root.
fn module_of(path: &Path, root: &Path) -> Vec<String> {
    let inside = path.strip_prefix(root).unwrap().with_extension("");
    let mut parts: Vec<String> = inside
        .iter()
        .map(|p| p.to_string_lossy().into_owned())
        .collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// Every path that a file names, resolved against the modules of its crate.
struct Names<'m> {
    here: Vec<String>,
    depth: usize,
    modules: &'m BTreeSet<Vec<String>>,
    found: BTreeSet<Vec<String>>,
}

impl Names<'_> {
    /// The file that holds what `path` names; `None` for what is of another crate or of this file.
    fn add(&mut self, path: &[String]) {
        let Some(first) = path.first() else { return };
        let mut base: Vec<String>;
        let mut rest = path;
        match first.as_str() {
            "crate" => {
                base = Vec::new();
                rest = &rest[1..];
            }
            "self" => {
                base = self.here.clone();
                rest = &rest[1..];
            }
            "super" => {
                base = self.here.clone();
                // Within an inline module the first `super` is this file itself.
                let ups = rest.iter().take_while(|p| *p == "super").count();
                for _ in 0..ups.saturating_sub(self.depth) {
                    base.pop();
                }
                rest = &rest[ups..];
            }
            _ => {
                base = self.here.clone();
                base.push(first.clone());
                if !self.modules.contains(&base) {
                    return;
                }
                rest = &rest[1..];
            }
        }
        for part in rest {
            let mut longer = base.clone();
            longer.push(part.clone());
            if !self.modules.contains(&longer) {
                break;
            }
            base = longer;
        }
        if base != self.here {
            self.found.insert(base);
        }
    }

    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let mut path = before.to_vec();
        match tree {
            UseTree::Path(p) => {
                path.push(p.ident.to_string());
                self.tree(&path, &p.tree);
            }
            UseTree::Name(n) => {
                path.push(n.ident.to_string());
                self.add(&path);
            }
            UseTree::Rename(r) => {
                path.push(r.ident.to_string());
                self.add(&path);
            }
            UseTree::Glob(_) => self.add(&path),
            UseTree::Group(g) => g.items.iter().for_each(|t| self.tree(&path, t)),
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // A parent that hands on what its children hold is not a circle as long as they do not ask it back.
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if path.leading_colon.is_none() && parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let text = mac.tokens.to_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut at = 0;
        while at < words.len() {
            let mut parts = vec![words[at].to_string()];
            while words.get(at + 1) == Some(&"::") && at + 2 < words.len() {
                parts.push(words[at + 2].to_string());
                at += 2;
            }
            if parts.len() > 1 {
                self.add(&parts);
            }
            at += 1;
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_some() {
            self.depth += 1;
            visit::visit_item_mod(self, item);
            self.depth -= 1;
        }
    }
}

fn circles(arrows: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Vec<Vec<String>> {
    let reach = |from: &Vec<String>| {
        let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut open: Vec<Vec<String>> = arrows[from].iter().cloned().collect();
        while let Some(next) = open.pop() {
            if seen.insert(next.clone()) {
                open.extend(arrows.get(&next).into_iter().flatten().cloned());
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = arrows.keys().map(|m| (m.clone(), reach(m))).collect();
    let mut out: BTreeSet<Vec<String>> = BTreeSet::new();
    for (module, far) in &reached {
        if far.contains(module) {
            let members = far
                .iter()
                .filter(|m| reached.get(*m).is_some_and(|f| f.contains(module)));
            let names = members.map(|m| {
                if m.is_empty() {
                    "lib".to_string()
                } else {
                    m.join("::")
                }
            });
            out.insert(names.collect());
        }
    }
    out.into_iter().collect()
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_circle() {
    let mut wrong = Vec::new();
    let names = ARROWS.iter().map(|(name, _)| *name).chain(["hashquake"]);
    for name in names {
        let root = crates().join(name).join("src");
        let mut files = Vec::new();
        sources(&root, &mut files);
        files.retain(|f| !f.ends_with("main.rs"));
        let modules: BTreeSet<Vec<String>> = files.iter().map(|f| module_of(f, &root)).collect();
        let arrows = files
            .iter()
            .map(|file| {
                let here = module_of(file, &root);
                let parsed = syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap();
                let mut names = Names {
                    here: here.clone(),
                    depth: 0,
                    modules: &modules,
                    found: BTreeSet::new(),
                };
                names.visit_file(&parsed);
                (here, names.found)
            })
            .collect();
        for circle in circles(&arrows) {
            wrong.push(format!("{name}: {}", circle.join(" / ")));
        }
    }
    assert!(wrong.is_empty(), "circles:\n{}", wrong.join("\n"));
}
