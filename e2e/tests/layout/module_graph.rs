//! Which file of a crate knows which other one: an edge is a `use`, or a path to another file's item. What only hands on is
//! none (`mod`, `pub use`), nor is anything in tests; what is handed on is looked for where it is made.

use std::collections::{BTreeMap, BTreeSet};

use e2e::tree::File;
use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Item, ItemUse, Macro, Path, UseTree, Visibility,
    visit::{self, Visit},
};

use super::rust_file::{is_for_tests_only, is_test};

/// Names of modules from the root of a crate, or of what a path leads through.
type Names = Vec<String>;

/// The files of one crate, and what each knows.
pub(crate) struct Graph {
    /// By their path in the tree, and in the order of it.
    pub(crate) files: Vec<String>,
    /// Numbers of those that a file knows.
    pub(crate) knows: Vec<BTreeSet<usize>>,
}

/// A crate's files of which none is a test. `source` is its folder, such as `crates/store/src/`.
pub(crate) fn graph(files: &[File], source: &str) -> Graph {
    let files: Vec<&File> = files
        .iter()
        .filter(|file| file.path.starts_with(source) && file.has_extension("rs") && !is_test(file))
        // a program's file only calls its library
        .filter(|file| file.path != format!("{source}main.rs"))
        .collect();
    let read: Vec<Read> = files.iter().map(|file| Read::of(file, source)).collect();
    let modules = read.iter().enumerate().map(|(number, read)| (read.module.clone(), number)).collect();
    let resolver = Resolver { modules, read: &read };
    let knows = read.iter().enumerate().map(|(number, read)| {
        let known = read.paths.iter().filter_map(|path| resolver.file(&read.module, path));
        known.filter(|known| *known != number).collect()
    });
    Graph { knows: knows.collect(), files: files.iter().map(|file| file.path.clone()).collect() }
}

impl Graph {
    /// Files that know each other, directly or by others: each time all of them.
    pub(crate) fn circles(&self) -> Vec<Vec<&str>> {
        let reached: Vec<BTreeSet<usize>> = (0..self.files.len()).map(|from| self.reached(from)).collect();
        let mut circles = BTreeSet::new();
        for (from, reaches) in reached.iter().enumerate() {
            let circle: Vec<usize> = reaches.iter().copied().filter(|other| reached[*other].contains(&from)).collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        circles.iter().map(|circle| circle.iter().map(|number| self.files[*number].as_str()).collect()).collect()
    }

    fn reached(&self, from: usize) -> BTreeSet<usize> {
        let (mut reached, mut left) = (BTreeSet::new(), vec![from]);
        while let Some(file) = left.pop() {
            left.extend(self.knows[file].iter().filter(|known| reached.insert(**known)));
        }
        reached
    }
}

/// What was read of a file.
struct Read {
    module: Names,
    /// What a name stands for that was brought in by a `use`.
    imports: BTreeMap<String, Names>,
    /// Whatever stands in the file and may lead to another one.
    paths: BTreeSet<Names>,
}

impl Read {
    fn of(file: &File, source: &str) -> Self {
        let mut read =
            Self { module: module_of(&file.path[source.len()..]), imports: BTreeMap::new(), paths: BTreeSet::new() };
        let parsed = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        read.visit_file(&parsed);
        read
    }

    fn add(&mut self, tree: &UseTree, before: &[String], only_handed_on: bool) {
        let with = |name: &dyn ToString| before.iter().cloned().chain([name.to_string()]).collect::<Names>();
        match tree {
            UseTree::Path(path) => self.add(&path.tree, &with(&path.ident), only_handed_on),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, before, only_handed_on)),
            UseTree::Name(name) => {
                // `use super::file::{self}` is `use super::file`
                let path = if name.ident == "self" { before.to_vec() } else { with(&name.ident) };
                self.bring_in(path.last().cloned().unwrap_or_default(), path, only_handed_on);
            }
            UseTree::Rename(rename) => {
                let path = if rename.ident == "self" { before.to_vec() } else { with(&rename.ident) };
                self.bring_in(rename.rename.to_string(), path, only_handed_on);
            }
            UseTree::Glob(_) if only_handed_on => {}
            UseTree::Glob(_) => {
                self.paths.insert(before.to_vec());
            }
        }
    }

    fn bring_in(&mut self, name: String, path: Names, only_handed_on: bool) {
        if !only_handed_on {
            self.paths.insert(path.clone());
        }
        self.imports.insert(name, path);
    }

    /// Paths among the words of a macro, which are no syntax yet.
    fn add_words(&mut self, words: &TokenStream) {
        let mut path = Names::new();
        let mut colons = 0;
        for word in words.clone() {
            match word {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
                other => {
                    self.end(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.add_words(&group.stream());
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Names) {
        if path.len() > 1 {
            self.paths.insert(std::mem::take(path));
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Read {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).is_some_and(is_for_tests_only) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let only_handed_on = !matches!(item.vis, Visibility::Inherited);
        self.add(&item.tree, &[], only_handed_on);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.paths.insert(names);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in path)` leads nowhere.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.add_words(&call.tokens);
        visit::visit_macro(self, call);
    }
}

fn attributes(item: &Item) -> Option<&[Attribute]> {
    match item {
        Item::Mod(item) => Some(&item.attrs),
        Item::Fn(item) => Some(&item.attrs),
        Item::Impl(item) => Some(&item.attrs),
        Item::Use(item) => Some(&item.attrs),
        Item::Const(item) => Some(&item.attrs),
        Item::Struct(item) => Some(&item.attrs),
        _ => None,
    }
}

/// `a/b.rs` and `a/b/mod.rs` are the module `a::b`.
fn module_of(path: &str) -> Names {
    let path = path.trim_end_matches(".rs");
    let names: Names = path.split('/').filter(|name| *name != "mod").map(ToOwned::to_owned).collect();
    if names == ["lib"] { Names::new() } else { names }
}

struct Resolver<'a> {
    modules: BTreeMap<Names, usize>,
    read: &'a [Read],
}

impl Resolver<'_> {
    /// The file in which a path ends that stands in a module. None: it leads out of the crate.
    fn file(&self, module: &[String], path: &[String]) -> Option<usize> {
        // what is handed on for ever would be no Rust
        self.follow(module, path, 20)
    }

    fn follow(&self, module: &[String], path: &[String], steps: usize) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.inside(&[], rest, steps),
            "self" => self.inside(module, rest, steps),
            "super" => self.in_parent(module, rest, steps),
            _ => {
                let child: Names = module.iter().chain([first]).cloned().collect();
                if self.modules.contains_key(&child) {
                    return self.inside(&child, rest, steps);
                }
                let number = self.modules.get(module)?;
                let handed_on = self.read[*number].imports.get(first).filter(|path| path.first() != Some(first))?;
                let path: Names = handed_on.iter().chain(rest).cloned().collect();
                self.follow(module, &path, steps.checked_sub(1)?)
            }
        }
    }

    fn in_parent(&self, module: &[String], path: &[String], steps: usize) -> Option<usize> {
        let (_, parent) = module.split_last()?;
        match path.split_first() {
            Some((first, rest)) if first == "super" => self.in_parent(parent, rest, steps),
            _ => self.inside(parent, path, steps),
        }
    }

    /// `path` are names in a module: of modules, of what is handed on, or at last of an item of the module's own.
    fn inside(&self, module: &[String], path: &[String], steps: usize) -> Option<usize> {
        let number = *self.modules.get(module)?;
        let Some((first, rest)) = path.split_first() else { return Some(number) };
        let child: Names = module.iter().chain([first]).cloned().collect();
        if self.modules.contains_key(&child) {
            return self.inside(&child, rest, steps);
        }
        match self.read[number].imports.get(first) {
            Some(handed_on) => {
                let path: Names = handed_on.iter().chain(rest).cloned().collect();
                self.follow(module, &path, steps.checked_sub(1)?)
            }
            None => Some(number),
        }
    }
}
