//! The list of keys.

use askama::Template;
use chaser_keys_storage::{KeyActivity, KeyOverviewPage};

use super::last_used::LastUsed;
use super::list_query::{ListQuery, MODES, SORTS, STATUSES};
use super::note::NoteWay;
use super::row::Row;
use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::paging::Pages;
use crate::dashboard::wording::count::{counted, grouped};
use crate::dashboard::wording::shown_time::iso;

#[derive(Template)]
#[template(path = "keys/list.html")]
pub(super) struct ListPage {
    frame: Frame,
    now: String,
    flash: Option<String>,
    usage_is_available: bool,
    total_is_some: bool,
    count: String,
    filters: Filters,
    columns: Vec<Column>,
    rows: Vec<Row>,
    nothing_found: String,
    pages: Option<Pages>,
}

struct Filters {
    text: String,
    selects: [Select; 3],
    /// The chosen options, shown on phones, where the selects are folded away.
    summary: String,
    are_set: bool,
}

struct Select {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    is_chosen: bool,
}

/// The heading of a column; a link if the list can be sorted by it.
struct Column {
    class: &'static str,
    label: String,
    href: Option<String>,
    order: Option<&'static str>,
}

impl ListPage {
    pub(super) fn new(
        user: &SignedIn,
        query: &ListQuery,
        page: &KeyOverviewPage,
        flash: Option<String>,
    ) -> Self {
        Self {
            frame: Frame::new(user, Section::Keys),
            now: iso(page.now),
            flash,
            usage_is_available: page.usage_is_available,
            total_is_some: page.total > 0,
            count: count(query, page),
            filters: Filters::new(query),
            columns: columns(query),
            rows: Row::list(&page.keys, page.now),
            nothing_found: nothing_found(query),
            pages: Pages::new(page.page, page.pages, page.matching, |page| query.on_page(page)),
        }
    }
}

fn count(query: &ListQuery, page: &KeyOverviewPage) -> String {
    let keys = counted(page.total, "key");
    let of = if query.narrows() { format!("{} of {keys}", grouped(page.matching)) } else { keys };
    match page.need_attention {
        0 => of,
        1 => format!("{of} · 1 needs attention"),
        some => format!("{of} · {} need attention", grouped(some)),
    }
}

fn nothing_found(query: &ListQuery) -> String {
    if query.text.is_empty() {
        "No keys match this filter.".to_owned()
    } else {
        format!("No keys match “{}”.", query.text)
    }
}

impl Filters {
    fn new(query: &ListQuery) -> Self {
        let selects = [
            Select::new("mode", "Mode", MODES, query.mode),
            Select::new("status", "Status", STATUSES, query.status),
            Select::new("sort", "Order", SORTS, query.sort),
        ];
        Self {
            text: query.text.clone(),
            summary: selects.iter().filter_map(Select::chosen_label).collect::<Vec<_>>().join(", "),
            selects,
            are_set: query.narrows(),
        }
    }
}

impl Select {
    fn new(
        name: &'static str,
        label: &'static str,
        choices: &[(&'static str, &'static str)],
        chosen: &str,
    ) -> Self {
        let option = |(value, label): &(&'static str, &'static str)| Choice {
            value,
            label,
            is_chosen: *value == chosen,
        };
        Self { name, label, options: choices.iter().map(option).collect() }
    }

    /// The chosen option, unless it is the default.
    fn chosen_label(&self) -> Option<&'static str> {
        self.options
            .iter()
            .find(|option| option.is_chosen && !option.value.is_empty())
            .map(|option| option.label)
    }
}

fn columns(query: &ListQuery) -> Vec<Column> {
    let plain = |class, label| Column { class, label: String::from(label), href: None, order: None };
    let sortable = |class, label, sort, order| Column {
        class,
        label: String::from(label),
        href: Some(query.sorted_by(sort)),
        order: (query.sort == sort).then_some(order),
    };
    vec![
        sortable("k-name", "Name", "name", "ascending"),
        plain("k-mode", "Mode"),
        plain("k-status", "Status"),
        sortable("k-used", "Last used", "used", "descending"),
        plain("k-requests", &format!("Requests, {} days", KeyActivity::DAYS)),
        sortable("k-made", "Created", "newest", "descending"),
    ]
}
