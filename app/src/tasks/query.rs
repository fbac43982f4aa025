use contracts::TaskId;
use leptos_router::params::ParamsMap;

use super::TASKS_PATH;

/// The parameter that asks for finished tasks instead of open ones.
const DONE: &str = "done";

/// The parameter with what is looked for.
pub(super) const SEARCH: &str = "search";

/// The parameter that asks for the oldest tasks first.
const OLDEST: &str = "oldest";

/// The parameter that says how many tasks are shown.
const SHOWN: &str = "shown";

/// The parameter with the last task of the part of the list before.
const AFTER: &str = "after";

/// The parameter that says, without JavaScript, which task has just been created or finished.
pub(super) const NEWS_OF: &str = "news_of";

/// The parameter with which Leptos reports a refusal to a page without JavaScript.
const REFUSAL: &str = "__err";

/// How many tasks are shown at first, and how many more each time that is asked for.
const SHOWN_STEP: usize = 50;

/// How many are shown at most. Who wants to see more goes on to the next part.
pub(super) const SHOWN_MAX: usize = 200;

/// Which tasks the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TaskListQuery {
    pub(super) done: bool,
    pub(super) search: String,
    pub(super) oldest: bool,
    pub(super) shown: usize,
    pub(super) after: Option<TaskId>,
    pub(super) news_of: Option<TaskId>,
}

impl TaskListQuery {
    /// Reads the query of an address.
    pub(super) fn read(query: &str) -> Self {
        Self::of(&url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect())
    }

    fn of(query: &ParamsMap) -> Self {
        let task = |name| query.get_str(name).and_then(|number| number.parse().ok());
        let shown = query.get_str(SHOWN).and_then(|number| number.parse().ok()).unwrap_or(SHOWN_STEP);
        Self {
            done: query.get_str(DONE).is_some(),
            search: query.get_str(SEARCH).unwrap_or_default().trim().to_owned(),
            oldest: query.get_str(OLDEST).is_some(),
            shown: shown.clamp(SHOWN_STEP, SHOWN_MAX),
            after: task(AFTER),
            // A refusal without JavaScript comes back to the address it was sent from, which may tell of older news.
            news_of: task(NEWS_OF).filter(|_| query.get_str(REFUSAL).is_none()),
        }
    }

    /// The address that asks for them, from the list's beginning. It tells no news.
    pub(super) fn path(&self) -> String {
        self.written(None)
    }

    fn written(&self, rest: Option<(&'static str, String)>) -> String {
        let mut query = ParamsMap::new();
        for name in self.flags() {
            query.insert(name, String::new());
        }
        if !self.search.is_empty() {
            query.insert(SEARCH, self.search.clone());
        }
        if let Some((name, value)) = rest {
            query.insert(name, value);
        }
        [TASKS_PATH, &query.to_query_string()].concat()
    }

    /// The parameters without a value: those that a form for another text has to bring along.
    pub(super) fn flags(&self) -> impl Iterator<Item = &'static str> {
        [(DONE, self.done), (OLDEST, self.oldest)].into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name)
    }

    /// The same of the open, or of the finished tasks.
    pub(super) fn with_done(&self, done: bool) -> Self {
        Self { done, ..self.clone() }
    }

    /// The same in the other order.
    pub(super) fn with_oldest(&self, oldest: bool) -> Self {
        Self { oldest, ..self.clone() }
    }

    /// The same, whatever its text.
    pub(super) fn of_any_text(&self) -> Self {
        Self { search: String::new(), ..self.clone() }
    }

    /// The address that asks for more of them, whose last one is `last`; and whether it asks for another part instead.
    pub(super) fn more_path(&self, last: TaskId) -> (String, bool) {
        match self.after {
            None if self.shown < SHOWN_MAX => (self.written(Some((SHOWN, (self.shown + SHOWN_STEP).to_string()))), false),
            _ => (self.written(Some((AFTER, last.to_string()))), true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pairs: &[(&'static str, &str)]) -> TaskListQuery {
        let query: ParamsMap = pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let wanted = TaskListQuery::of(&query);
        assert_eq!(TaskListQuery::read(&query.to_query_string()), wanted);
        wanted
    }

    #[test]
    fn an_address_asks_for_a_part_of_the_list() {
        let all = TaskListQuery { done: false, search: String::new(), oldest: false, shown: SHOWN_STEP, after: None, news_of: None };
        assert_eq!(wanted(&[]), all);
        assert_eq!(wanted(&[(DONE, ""), (AFTER, "17")]), TaskListQuery { done: true, after: Some(TaskId(17)), ..all.clone() });
        assert_eq!(wanted(&[(AFTER, "the parrot"), (NEWS_OF, "4")]), TaskListQuery { news_of: Some(TaskId(4)), ..all.clone() });
        assert_eq!(wanted(&[(NEWS_OF, "4"), (REFUSAL, "")]), all);
        assert_eq!(wanted(&[(SEARCH, " seeds "), (OLDEST, "")]), TaskListQuery { search: "seeds".to_owned(), oldest: true, ..all.clone() });
        for (shown, read) in [("100", 100), ("0", SHOWN_STEP), ("100000", SHOWN_MAX), ("-1", SHOWN_STEP), ("all", SHOWN_STEP)] {
            assert_eq!(wanted(&[(SHOWN, shown)]), TaskListQuery { shown: read, ..all.clone() });
        }
    }

    #[test]
    fn more_is_asked_for_until_it_is_a_part_of_its_own() {
        let mut wanted = wanted(&[(DONE, ""), (SEARCH, "Кеша & Co+")]);
        let mut steps = 0;
        loop {
            let (path, is_other_part) = wanted.more_path(TaskId(7));
            assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
            if is_other_part {
                assert!(path.ends_with("after=7"), "{path}");
                break;
            }
            steps += 1;
            wanted.shown += SHOWN_STEP;
            assert!(path.ends_with(&format!("shown={}", wanted.shown)), "{path}");
        }
        assert_eq!((steps, wanted.shown), (3, SHOWN_MAX));
        assert_eq!(wanted.with_done(false).of_any_text().path(), TASKS_PATH);
    }
}
