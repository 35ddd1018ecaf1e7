//! What pages say, in Chinese and in English: Fluent messages, one file per area and language, under `texts/`.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use minijinja::value::{Kwargs, Value};
use minijinja::{Error, ErrorKind, HtmlEscape};

use crate::portal::look::Lang;

macro_rules! areas {
    ($($area:literal)+) => {
        /// Area, its Chinese and its English messages.
        const AREAS: &[(&str, &str, &str)] = &[$((
            $area,
            include_str!(concat!("texts/zh/", $area, ".ftl")),
            include_str!(concat!("texts/en/", $area, ".ftl")),
        )),+];
    };
}

areas! {
    "layout"
    "access"
    "people"
    "my"
    "form"
    "own"
    "materials"
    "member"
    "inbox"
    "verification"
    "lookup"
    "report"
    "home"
    "guide"
    "offline"
    "design"
    "docs"
}

/// The messages of one language.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The messages as they are built in.
    ///
    /// # Errors
    /// Where a file is not Fluent, or names a message twice.
    pub fn built_in(lang: Lang) -> anyhow::Result<Self> {
        Self::of(lang, |area| {
            let found = AREAS.iter().find(|(own, ..)| *own == area);
            let (_, zh, en) = found.ok_or_else(|| anyhow::anyhow!("no area {area}"))?;
            Ok(match lang {
                Lang::Zh => (*zh).to_owned(),
                Lang::En => (*en).to_owned(),
            })
        })
    }

    /// The messages as they lie in a directory, for who writes them.
    ///
    /// # Errors
    /// As [`Self::built_in`], and where a file cannot be read.
    pub fn from_dir(lang: Lang, dir: &std::path::Path) -> anyhow::Result<Self> {
        Self::of(lang, |area| Ok(std::fs::read_to_string(dir.join(lang.code()).join(area).with_extension("ftl"))?))
    }

    fn of(lang: Lang, source: impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<Self> {
        let mut bundle = FluentBundle::new_concurrent(vec![lang.tag().parse()?]);
        // The marks around placed text would end up in what people copy.
        bundle.set_use_isolating(false);
        for (area, ..) in AREAS {
            let text = source(area)?;
            let parsed = FluentResource::try_new(text).map_err(|(_, wrong)| anyhow::anyhow!("{area}: {wrong:?}"))?;
            bundle.add_resource(parsed).map_err(|wrong| anyhow::anyhow!("{area}: {wrong:?}"))?;
        }
        Ok(Self { lang, bundle })
    }

    /// Which language it is.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A message that places nothing; empty where there is none of this key.
    pub fn maybe(&self, key: &str) -> Value {
        let message = self.bundle.get_message(key).and_then(|message| message.value());
        let said = message.map(|said| self.bundle.format_pattern(said, None, &mut vec![]).into_owned());
        Value::from_safe_string(said.unwrap_or_default())
    }

    /// A message with what is placed into it. The message is ours and printed as it is; what is placed is escaped, unless
    /// it is marked up already.
    ///
    /// # Errors
    /// Where there is no such message, or something that it places is missing.
    pub fn say(&self, key: &str, placed: &Kwargs) -> Result<Value, Error> {
        let wrong =
            |what: String| Error::new(ErrorKind::UndefinedError, format!("{}: {key}: {what}", self.lang.code()));
        let message = self.bundle.get_message(key).and_then(|message| message.value());
        let message = message.ok_or_else(|| wrong("no such message".into()))?;
        let mut args = FluentArgs::new();
        for name in placed.args() {
            let value: Value = placed.get(name)?;
            args.set(name.to_owned(), fluent(&value));
        }
        let mut errors = vec![];
        let said = self.bundle.format_pattern(message, Some(&args), &mut errors).into_owned();
        match errors.first() {
            Some(error) => Err(wrong(error.to_string())),
            None => Ok(Value::from_safe_string(said)),
        }
    }
}

fn fluent(value: &Value) -> FluentValue<'static> {
    if value.is_safe() {
        return FluentValue::from(value.to_string());
    }
    match i64::try_from(value.clone()) {
        Ok(number) if value.is_number() => FluentValue::from(number),
        _ => FluentValue::from(HtmlEscape(&value.to_string()).to_string()),
    }
}
