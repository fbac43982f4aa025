use std::collections::BTreeSet;

use super::{
    catalogue::{Catalogue, Entry, Key, Section},
    problem::Problem,
    template::Template,
};

/// The parameter of every plural: the number that decides the form.
pub(super) const COUNT: &str = "count";

/// Reports every text that one of two languages lacks, or that takes other parameters there.
pub(super) fn compare(one: &Catalogue, another: &Catalogue, problems: &mut Vec<Problem>) {
    Comparison { one, another, problems }.sections(&Key::default(), &one.texts, &another.texts);
}

struct Comparison<'run> {
    one: &'run Catalogue,
    another: &'run Catalogue,
    problems: &'run mut Vec<Problem>,
}

impl Comparison<'_> {
    fn sections(&mut self, key: &Key, one: &Section, another: &Section) {
        for name in one.keys().collect::<BTreeSet<_>>().union(&another.keys().collect()) {
            let key = key.join(name);
            match (one.get(*name), another.get(*name)) {
                (Some(Entry::Section(one)), Some(Entry::Section(another))) => self.sections(&key, one, another),
                (Some(one), Some(another)) => self.entries(&key, one, another),
                (Some(_), None) => self.problems.push(Problem::new(self.another.locale, &key, "is missing")),
                (None, _) => self.problems.push(Problem::new(self.one.locale, &key, "is missing")),
            }
        }
    }

    fn entries(&mut self, key: &Key, one: &Entry, another: &Entry) {
        let message = if one.kind() == another.kind() {
            let (expected, found) = (parameters(one), parameters(another));
            if expected == found {
                return;
            }
            format!("takes {}, but in {} {}", list(&found), self.one.locale, list(&expected))
        } else {
            format!("is {}, but in {} {}", another.kind(), self.one.locale, one.kind())
        };
        self.problems.push(Problem::new(self.another.locale, key, message));
    }
}

/// The parameters of an entry, without the number that a plural takes anyway (a form such as "one task" need not show it).
pub(super) fn parameters(entry: &Entry) -> BTreeSet<&str> {
    match entry {
        Entry::Section(_) => BTreeSet::new(),
        Entry::Text(template) => template.placeholders(),
        Entry::Plural(forms) => {
            let mut names: BTreeSet<&str> = forms.iter().flat_map(|(_, template): &(_, Template)| template.placeholders()).collect();
            names.remove(COUNT);
            names
        }
    }
}

fn list(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "no placeholders".to_owned();
    }
    names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ")
}
