//! 文书用语: what each kind of paper is called, how it is numbered, what it says around its facts, on what legal basis, and
//! how to complain of it. What the facts are is composed elsewhere.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::decision::DecisionKind;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Profile;
use crate::domain::law::Law;
use crate::domain::law::error::Defects;
use crate::domain::law::list::Notice;
use crate::domain::law::list::NoticeUse;
use crate::domain::law::rule::Basis;
use crate::domain::law::rule::Confidence;
use crate::domain::law::rule::Piece;
use crate::domain::law::rule::RuleText;
use crate::domain::law::rule::pieces;
use crate::domain::lifecycle::Kind;
use crate::domain::paper::PaperKind;
use crate::domain::visit::VisitKind;

const TABLE: &str = "papers";

/// The longest mark and short name, characters: a number must fit on one line.
const LONGEST: usize = 24;

/// The words of a kind of paper, for one period.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperForm {
    /// Stable code.
    pub code: String,
    /// The kind of paper.
    pub kind: PaperKind,
    /// Codes of the kinds of filing, visit or decision that it is for; none named: all.
    #[serde(default)]
    pub of: Vec<String>,
    /// The measures under which it holds; none named: both.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// 标题; may hold values.
    pub title: String,
    /// 机关代字 of the number: 诊备收.
    pub mark: String,
    /// Paragraphs before the facts, with values in braces.
    pub opening: Vec<String>,
    /// Paragraphs after them.
    pub closing: Vec<String>,
    /// Rules whose legal basis is the paper's.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Further legal bases.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// 救济途径: code of a notice.
    pub remedy: String,
    /// 签收人 and the like: lines to sign on.
    #[serde(default)]
    pub signatures: Vec<String>,
    /// How sure the wording is.
    pub confidence: Confidence,
    /// First day in force.
    pub effective_from: NaiveDate,
    /// Last day in force; none: still in force.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
}

impl PaperForm {
    fn is_for(&self, kind: PaperKind, of: &str, profile: Profile) -> bool {
        self.kind == kind
            && (self.of.is_empty() || self.of.iter().any(|code| code == of))
            && (self.profiles.is_empty() || self.profiles.contains(&profile))
    }

    fn holds_on(&self, day: NaiveDate) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|last| day <= last)
    }

    /// How particular it is: what names its subject goes before what names its measures, and that before what is for all.
    fn particular(&self) -> u8 {
        2 * u8::from(!self.of.is_empty()) + u8::from(!self.profiles.is_empty())
    }

    fn sentences(&self) -> impl Iterator<Item = &String> {
        self.opening.iter().chain(&self.closing).chain([&self.title])
    }
}

/// The values that the sentences of a kind of paper may name.
pub const fn values_of(kind: PaperKind) -> &'static [&'static str] {
    match kind {
        PaperKind::Receipt => &["clinic", "authority", "host", "case", "kind", "received", "due"],
        PaperKind::CorrectionNotice => &["clinic", "authority", "host", "case", "kind", "round", "count"],
        PaperKind::VisitRecord => &["clinic", "authority", "host", "number", "case", "kind", "visited", "outcome"],
        PaperKind::RectificationNotice => {
            &["clinic", "authority", "host", "number", "case", "kind", "visited", "by", "count"]
        }
        PaperKind::Decision => &["clinic", "authority", "host", "number", "decision", "ground", "effective"],
        PaperKind::Announcement => &["clinic", "authority", "host", "number", "decision", "announced"],
        PaperKind::LossDeclaration => &["clinic", "authority", "host", "number", "certificate", "version", "issued"],
        // Composed from the certificate itself.
        PaperKind::Copy => &[],
    }
}

/// Codes of what a kind of paper may be about.
fn subjects_of(kind: PaperKind) -> Vec<String> {
    match kind {
        PaperKind::Receipt | PaperKind::CorrectionNotice => Kind::ALL.iter().map(|kind| kind.code()).collect(),
        PaperKind::LossDeclaration => vec![Kind::Reissue.code()],
        PaperKind::VisitRecord | PaperKind::RectificationNotice => VisitKind::ALL.iter().map(|k| k.code()).collect(),
        PaperKind::Decision | PaperKind::Announcement => DecisionKind::ALL.iter().map(|k| k.code()).collect(),
        PaperKind::Copy => vec![],
    }
}

/// A sentence with its values. One pass: braces inside of a value are never read as a name.
pub fn filled(sentence: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(sentence.len());
    for piece in pieces(sentence) {
        match piece {
            Piece::Text(text) => out += text,
            Piece::Placeholder(name) => {
                out += values.iter().find(|(n, _)| *n == name).map_or("—", |(_, value)| value.as_str());
            }
        }
    }
    out
}

/// A word of an office's name and what stands for it in a number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Abbreviation {
    word: String,
    short: String,
}

/// 机关代字 of one office.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Office {
    uscc: String,
    short: String,
}

/// `papers.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaperFile {
    paper: Vec<PaperForm>,
    #[serde(default)]
    office: Vec<Office>,
    #[serde(default)]
    abbreviation: Vec<Abbreviation>,
    labels: BTreeMap<String, String>,
}

/// The table, checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Papers {
    forms: Vec<PaperForm>,
    offices: BTreeMap<String, String>,
    abbreviations: Vec<Abbreviation>,
    labels: BTreeMap<String, String>,
}

impl PaperFile {
    pub(super) fn checked(
        self,
        rules: &BTreeMap<String, Vec<RuleText>>,
        notices: &[Notice],
        defects: &mut Defects,
    ) -> Papers {
        for form in &self.paper {
            check(form, rules, notices, defects);
        }
        for &kind in PaperKind::ALL {
            for of in subjects_of(kind) {
                for profile in [Profile::Clinic2022, Profile::Tcm2017] {
                    unambiguous(&self.paper, (kind, &of, profile), defects);
                }
            }
        }
        let short = |text: &str| text.chars().count() <= LONGEST && !text.contains(['{', '}', '〔', '〕']);
        for office in &self.office {
            let formed = !office.short.trim().is_empty() && short(&office.short);
            defects.unless(formed, TABLE, || format!("office {:?} has no short name", office.uscc));
        }
        for abbreviation in &self.abbreviation {
            let formed = !abbreviation.word.is_empty() && short(&abbreviation.short);
            defects.unless(formed, TABLE, || format!("{:?} is no abbreviation", abbreviation.word));
        }
        for (path, label) in &self.labels {
            defects.unless(!label.trim().is_empty(), TABLE, || format!("{path:?} has no label"));
        }
        Papers {
            forms: self.paper,
            offices: self.office.into_iter().map(|office| (office.uscc, office.short)).collect(),
            abbreviations: self.abbreviation,
            labels: self.labels,
        }
    }
}

fn check(form: &PaperForm, rules: &BTreeMap<String, Vec<RuleText>>, notices: &[Notice], defects: &mut Defects) {
    let code = &form.code;
    let formed = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    defects.unless(formed, TABLE, || format!("{code:?} is no code"));
    let ordered = form.effective_to.is_none_or(|last| last >= form.effective_from);
    defects.unless(ordered, TABLE, || format!("{code:?} has its dates in the wrong order"));
    let mark = !form.mark.trim().is_empty() && form.mark.chars().count() <= LONGEST && !form.mark.contains('{');
    defects.unless(mark, TABLE, || format!("{code:?} has no mark for its numbers"));
    let texts = form.sentences().chain(&form.signatures).all(|text| !text.trim().is_empty());
    defects.unless(texts && !form.opening.is_empty(), TABLE, || format!("{code:?} lacks a text"));
    let names = values_of(form.kind);
    for piece in form.sentences().flat_map(|sentence| pieces(sentence)) {
        match piece {
            Piece::Placeholder(name) => defects.unless(names.contains(&name), TABLE, || {
                format!("{code:?} names {{{name}}}; a paper of this kind has {}", names.join(", "))
            }),
            Piece::Text(text) => defects
                .unless(!text.contains(['{', '}']), TABLE, || format!("{code:?} has a brace without its partner")),
        }
    }
    let subjects = subjects_of(form.kind);
    for of in form.of.iter().filter(|of| !subjects.contains(of)) {
        defects.add(TABLE, format!("{code:?} is for {of:?}; a paper of this kind is for {}", subjects.join(", ")));
    }
    for rule in form.rules.iter().filter(|rule| !rules.contains_key(*rule)) {
        defects.add(TABLE, format!("{code:?} rests on {rule:?}, which is no rule"));
    }
    let whole = |b: &Basis| ![&b.document, &b.article, &b.text].iter().any(|text| text.trim().is_empty());
    defects.unless(form.basis.iter().all(whole), TABLE, || format!("{code:?} has an incomplete legal basis"));
    let remedy = notices.iter().any(|notice| notice.usage == NoticeUse::Remedy && notice.code == form.remedy);
    defects.unless(remedy, TABLE, || format!("{code:?} has the remedy {:?}, which is no such notice", form.remedy));
}

/// Every kind of paper has one form in force for whatever it is about: no day with two, and one without an end.
fn unambiguous(forms: &[PaperForm], about: (PaperKind, &str, Profile), defects: &mut Defects) {
    let (kind, of, profile) = about;
    let mut fitting: Vec<_> = forms.iter().filter(|form| form.is_for(kind, of, profile)).collect();
    let open = fitting.iter().any(|form| form.effective_to.is_none());
    defects.unless(open, TABLE, || format!("{kind:?} of {of} has no form in force under {profile:?}"));
    fitting.sort_by_key(|form| (form.particular(), form.effective_from));
    for pair in fitting.windows(2) {
        if let [one, other] = pair
            && one.particular() == other.particular()
            && one.effective_to.is_none_or(|last| last >= other.effective_from)
        {
            defects.add(TABLE, format!("{:?} and {:?} hold on one day for {of}", one.code, other.code));
        }
    }
}

/// Papers.
impl Law {
    /// The words of a paper about a filing, visit or decision of kind `of`, the more particular before the general; none on
    /// a day before the first were in force.
    pub fn paper(&self, kind: PaperKind, of: &str, profile: Profile, on: NaiveDate) -> Option<&PaperForm> {
        let fitting = self.papers.forms.iter().filter(|form| form.is_for(kind, of, profile) && form.holds_on(on));
        fitting.max_by_key(|form| form.particular())
    }

    /// The legal basis of a paper: document and article. What the register inferred is no law and is left out.
    pub fn paper_basis(&self, form: &PaperForm, clinic_type: ClinicType, on: NaiveDate) -> Vec<String> {
        let holds = |b: &&Basis| b.profiles.is_empty() || b.profiles.contains(&clinic_type.profile());
        let of_rules = form.rules.iter().filter_map(|rule| self.rule(rule, on)).flat_map(|rule| &rule.basis);
        let all = of_rules.chain(&form.basis).filter(holds).filter(|b| b.confidence != Confidence::Inferred);
        let mut named: Vec<String> = vec![];
        // An article that is still to be looked up is not quoted on a paper; the document is.
        let article = |b: &Basis| if b.article.contains("待核") { String::new() } else { b.article.clone() };
        for basis in all.map(|b| format!("{}{}", b.document, article(b))) {
            if !named.contains(&basis) {
                named.push(basis);
            }
        }
        named
    }

    /// 救济途径 of a paper, with its legal basis where it has one.
    pub fn paper_remedy(&self, form: &PaperForm) -> String {
        let notice = self.notices().iter().find(|notice| notice.code == form.remedy);
        notice.map_or_else(String::new, |notice| match notice.basis.as_str() {
            "" => notice.zh.clone(),
            basis => format!("{}（{basis}）", notice.zh),
        })
    }

    /// 机关代字: how an office is called in the number of a paper. Never empty.
    pub fn office_mark(&self, uscc: &str, name: &str) -> String {
        if let Some(short) = self.papers.offices.get(uscc) {
            return short.clone();
        }
        let replaced = |name: String, a: &Abbreviation| name.replace(&a.word, &a.short);
        let short = self.papers.abbreviations.iter().fold(name.to_owned(), replaced);
        let short: String = short.chars().take(LONGEST).collect();
        if short.is_empty() { name.to_owned() } else { short }
    }

    /// A place in a filing in words, by its JSON pointer: 卫生技术人员第1项·姓名. What has no label of its own is called by what
    /// holds it; the filing as a whole is 整件.
    pub fn place(&self, pointer: &str) -> String {
        if let Some(material) = pointer.strip_prefix("/materials/").and_then(|code| self.material(code)) {
            return format!("{}·{}", self.label("materials"), material.name);
        }
        let mut path = String::new();
        let mut parts: Vec<String> = vec![];
        for segment in pointer.split('/').skip(1) {
            if let Ok(index) = segment.parse::<usize>() {
                if let Some(last) = parts.last_mut() {
                    *last += &format!("第{}项", index.saturating_add(1));
                }
                continue;
            }
            if !path.is_empty() {
                path.push('/');
            }
            path += segment;
            parts.extend(self.papers.labels.get(&path).cloned());
        }
        if parts.is_empty() { "整件".to_owned() } else { parts.join("·") }
    }

    fn label(&self, path: &str) -> &str {
        self.papers.labels.get(path).map_or("", String::as_str)
    }
}
