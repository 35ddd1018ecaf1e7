//! The form as data: questions, each at its place in the document, in sections of one page.

use serde_json::Value;

use crate::portal::my::form::options::Options;
use crate::portal::my::form::source::Source;

/// How a question is answered, and what is kept of the answer.
#[derive(Clone, Copy)]
pub enum As {
    /// One line of so many characters; 0: the whole width.
    Line(u8),
    /// Digits, and perhaps a letter at the end: numbers of people, units and certificates.
    Number(u8),
    /// A telephone number.
    Phone,
    /// Several lines, one text.
    Text,
    /// One item a line.
    Lines,
    /// A quantity, with its unit in the hint.
    Quantity,
    /// A day of three parts.
    Day,
    /// A tick, true or not.
    Tick,
    /// One of a few.
    One(Options),
    /// One of many.
    Pick(Options),
    /// Any of them.
    Any(Options),
}

/// One question.
#[derive(Clone, Copy)]
pub struct Question {
    /// Where the answer stands, from the section's own place on: `/name`.
    pub at: &'static str,
    pub ask: As,
    /// Whether it is asked, as far as the rest is answered: `part` is the section's own part of the document.
    pub asked: fn(source: &Source, part: &Value) -> bool,
}

/// A question that is always asked.
pub const fn ask(at: &'static str, ask: As) -> Question {
    Question { at, ask, asked: |_, _| true }
}

impl Question {
    /// Asked only then.
    pub const fn when(self, asked: fn(&Source, &Value) -> bool) -> Self {
        Self { asked, ..self }
    }

    /// Its name in a form.
    pub fn name(&self) -> String {
        self.at.trim_start_matches('/').replace('/', "-")
    }

    /// Whether leaving it out of what is sent says something: an empty tick is a no.
    pub const fn silent(&self) -> bool {
        matches!(self.ask, As::Tick | As::Any(_) | As::One(_))
    }
}

/// A page of questions.
pub struct Section {
    /// In the address, and in the keys of its texts.
    pub code: &'static str,
    /// Under which heading it stands in the list of what is to be done.
    pub group: &'static str,
    /// Where its part stands: "" or `/principal`; for a list, where the list stands.
    pub at: &'static str,
    /// Whether it is a list of such parts, each a page of its own, and how many at most.
    pub list: Option<usize>,
    pub questions: &'static [Question],
    /// Further places whose findings are told here.
    pub told: &'static [&'static str],
    /// Whether it belongs to this filing.
    pub asked: fn(&Source) -> bool,
}

impl Section {
    /// The place of a question of it in the document; `item` of a list.
    pub fn pointer(&self, item: Option<usize>, at: &str) -> String {
        match item {
            Some(item) => format!("{}/{item}{at}", self.at),
            None => format!("{}{at}", self.at),
        }
    }

    /// Whether a place in the document is this section's.
    pub fn holds(&self, pointer: &str) -> bool {
        let under = |place: &str| pointer == place || pointer.strip_prefix(place).is_some_and(|r| r.starts_with('/'));
        self.told.iter().any(|place| under(place))
            || (self.list.is_some() && under(self.at))
            || self.questions.iter().any(|question| under(&self.pointer(None, question.at)))
    }

    /// Which item of its list a place is in.
    pub fn item(&self, pointer: &str) -> Option<usize> {
        self.list?;
        pointer.strip_prefix(self.at)?.split('/').nth(1)?.parse().ok()
    }
}
