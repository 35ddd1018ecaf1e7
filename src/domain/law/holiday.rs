//! The yearly notices on rest days (国务院办公厅关于部分节假日安排的通知), as data.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Weekday;
use serde::Deserialize;

use crate::domain::calendar::YearTable;
use crate::domain::law::LawError;
use crate::domain::law::error::Defects;

const TABLE: &str = "calendar";

/// `calendar.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarFile {
    year: Vec<Year>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    /// The notices; kept for the reader of the file.
    sources: Vec<String>,
    /// `MM-DD`, or `MM-DD..MM-DD` with both ends.
    off: Vec<String>,
    on: Vec<String>,
}

impl CalendarFile {
    /// The tables by year.
    pub(super) fn checked(self, defects: &mut Defects) -> BTreeMap<i32, YearTable> {
        let mut years = BTreeMap::new();
        defects.unless(!self.year.is_empty(), TABLE, || "there is no year".into());
        let first = self.year.first().map_or(0, |y| y.year);
        for (expected, year) in (first..).zip(self.year) {
            let number = year.year;
            defects.unless(number == expected, TABLE, || format!("{number} stands where {expected} should"));
            defects.unless(!year.sources.is_empty(), TABLE, || format!("{number} names no notice"));
            let mut dates = |ranges: &[String]| {
                let mut found = BTreeSet::new();
                for range in ranges {
                    match expand(number, range) {
                        Some(days) => found.extend(days),
                        None => defects.add(TABLE, format!("{number} has {range:?}, which is no day or range")),
                    }
                }
                found
            };
            let table = YearTable { off: dates(&year.off), on: dates(&year.on) };
            defects.unless(!table.off.is_empty(), TABLE, || format!("{number} has no rest day"));
            let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let sound = table.off.is_disjoint(&table.on) && table.on.iter().all(weekend);
            defects.unless(sound, TABLE, || {
                format!("{number} works on a rest day, or makes up on an ordinary working day")
            });
            years.insert(number, table);
        }
        years
    }
}

/// The days of `MM-DD` or `MM-DD..MM-DD` in a year.
fn expand(year: i32, range: &str) -> Option<impl Iterator<Item = NaiveDate>> {
    let day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
    };
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    let (first, last) = (day(first)?, day(last)?);
    (first <= last).then(|| first.iter_days().take_while(move |d| *d <= last))
}

/// A year as `holiday-cn` publishes it: `{year, papers, days: [{name, date, isOffDay}]}`.
#[derive(Debug, Deserialize)]
struct Notice {
    year: i32,
    papers: Vec<String>,
    days: Vec<NoticeDay>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NoticeDay {
    date: NaiveDate,
    is_off_day: bool,
}

/// The table `present` with the year of a notice taken in, or put in the place of what it said of that year. Days of the
/// December before, which a notice may name, go to that year's table. What the notice does not concern stays as it is
/// written, comments included.
///
/// # Errors
/// What is wrong with the notice. The table that results is still to be checked like any other.
pub fn with_notice(present: &str, notice: &str) -> Result<String, LawError> {
    let mut defects = Defects::default();
    let Notice { year, papers, days } = match serde_json::from_str(notice) {
        Ok(notice) => notice,
        Err(error) => {
            defects.add(TABLE, format!("the notice cannot be read: {error}"));
            return defects.none_or(String::new());
        }
    };
    defects.unless(!days.is_empty(), TABLE, || format!("the notice of {year} names no day: it is not published yet"));
    defects.unless(!papers.is_empty(), TABLE, || format!("the notice of {year} names no paper"));
    let mut seen = BTreeSet::new();
    for day in &days {
        let december = day.date.year() == year - 1 && day.date.month() == 12;
        let near = day.date.year() == year || december;
        defects.unless(near, TABLE, || format!("the notice of {year} names {}", day.date));
        defects.unless(seen.insert(day.date), TABLE, || format!("the notice of {year} names {} twice", day.date));
    }
    let file: CalendarFile = defects.read(TABLE, present);
    let mut tables: BTreeMap<i32, Year> = file.year.into_iter().map(|table| (table.year, table)).collect();
    let followed = tables.contains_key(&(year + 1));
    let mut changed = BTreeSet::new();
    for of in [year - 1, year] {
        let named: Vec<_> = days.iter().filter(|day| day.date.year() == of).collect();
        if named.is_empty() && of != year {
            continue;
        }
        let before = tables.remove(&of);
        let (off, on, mut sources) =
            before.map_or_else(Default::default, |t| (t.days(&t.off), t.days(&t.on), t.sources));
        // What another notice said stays: of this year's own only the December that the next notice may have named.
        let stays = |day: &NaiveDate| !seen.contains(day) && (of != year || (followed && day.month() == 12));
        let mut table =
            YearTable { off: off.into_iter().filter(&stays).collect(), on: on.into_iter().filter(&stays).collect() };
        for day in named {
            if day.is_off_day {
                table.off.insert(day.date)
            } else {
                table.on.insert(day.date)
            };
        }
        if of == year && !followed {
            sources.clear();
        }
        sources.extend(papers.iter().filter(|paper| !sources.contains(paper)).cloned().collect::<Vec<_>>());
        tables.insert(of, Year { year: of, sources, off: ranges(&table.off), on: ranges(&table.on) });
        changed.insert(of);
    }
    defects.none_or(written(present, &tables, &changed))
}

impl Year {
    fn days(&self, ranges: &[String]) -> BTreeSet<NaiveDate> {
        ranges.iter().filter_map(|range| expand(self.year, range)).flatten().collect()
    }

    fn text(&self) -> String {
        let list = |items: &[String]| {
            let items = items.iter().map(|item| toml::Value::from(item.as_str()).to_string());
            items.collect::<Vec<_>>().join(", ")
        };
        let Self { year, sources, off, on } = self;
        format!("[[year]]\nyear = {year}\nsources = [{}]\noff = [{}]\non = [{}]\n", list(sources), list(off), list(on))
    }
}

/// Days as `MM-DD` and `MM-DD..MM-DD`.
fn ranges(days: &BTreeSet<NaiveDate>) -> Vec<String> {
    let mut found: Vec<(NaiveDate, NaiveDate)> = vec![];
    for day in days {
        match found.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(*day) => *last = *day,
            _ => found.push((*day, *day)),
        }
    }
    let said = |(first, last): (NaiveDate, NaiveDate)| {
        let (first, last) = (first.format("%m-%d"), last.format("%m-%d"));
        if first.to_string() == last.to_string() { first.to_string() } else { format!("{first}..{last}") }
    };
    found.into_iter().map(said).collect()
}

/// The table as it was written, but for the years that changed.
fn written(present: &str, tables: &BTreeMap<i32, Year>, changed: &BTreeSet<i32>) -> String {
    let mut pieces: Vec<String> = vec![String::new()];
    for line in present.lines() {
        if line.trim() == "[[year]]" {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            *piece += line;
            piece.push('\n');
        }
    }
    let of = |piece: &str| toml::from_str::<CalendarFile>(piece).ok().and_then(|file| Some(file.year.first()?.year));
    let mut out = String::new();
    let mut left = changed.clone();
    for piece in pieces {
        match of(&piece).filter(|year| left.remove(year)).and_then(|year| tables.get(&year)) {
            // Blank lines and comments before the next year are not this year's.
            Some(table) => {
                out += &table.text();
                let lines: Vec<_> = piece.split_inclusive('\n').collect();
                let own = lines.iter().rposition(|line| !line.trim().is_empty() && !line.starts_with('#'));
                out.extend(lines.into_iter().skip(own.map_or(0, |last| last + 1)));
            }
            None => out += &piece,
        }
    }
    for table in left.iter().filter_map(|year| tables.get(year)) {
        out = format!("{}\n\n{}", out.trim_end(), table.text());
    }
    out
}

/// The days of a checked table, each rest day and each worked weekend by itself; and what each year rests on.
pub(super) fn entries(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let file: CalendarFile = toml::from_str(text).unwrap_or_default();
    let mut found = BTreeMap::new();
    let one = |name: &str, value: String| BTreeMap::from([(name.to_owned(), value)]);
    for year in file.year {
        for (days, what) in [(&year.off, "休息"), (&year.on, "上班")] {
            for day in year.days(days) {
                found.insert(day.to_string(), one("", what.to_owned()));
            }
        }
        found.insert(format!("{}年", year.year), one("sources", year.sources.join("、")));
    }
    found
}
