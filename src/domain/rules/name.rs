//! The clinic's name: R-013…R-020 (《医疗机构管理条例实施细则》 art. 40–47).

use crate::domain::dossier::ApplicantKind;
use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;

fn finding(rule: &str) -> Finding {
    Finding::new(rule, "/name")
}

/// the name ends with 诊所, the generic name (通用名称) of every filed clinic, and has its length in characters.
pub(super) fn ending(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let limit = |name| facts.law.threshold("R-013", name, facts.today);
    let (Some(min), Some(max)) = (limit("min_length"), limit("max_length")) else { return vec![] };
    let (name, suffix) = (d.name.trim(), facts.law.name_suffix());
    let right = name.ends_with(suffix) && (min..=max).contains(&(name.chars().count() as f64));
    if name.is_empty() || right { vec![] } else { vec![finding("R-013").with("suffix", suffix)] }
}

/// Chinese characters only, with brackets and the dot of foreign names; no letters, pinyin, figures or symbols.
pub(super) fn letters(d: &Dossier, _: &Facts) -> Vec<Finding> {
    let foreign: String = d.name.trim().chars().filter(|c| !is_han(*c) && !"（）()·".contains(*c)).collect();
    if foreign.is_empty() { vec![] } else { vec![finding("R-014").with("characters", foreign)] }
}

/// A character of Chinese writing: the unified ideographs with their extensions, the compatibility blocks and 〇.
const fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// no word that praises or suggests a cure (细则 art. 42).
pub(super) fn forbidden(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    contained(d, facts.law.forbidden_words()).map(|w| finding("R-015").with("w", w)).collect()
}

/// words that a higher authority approves (细则 art. 43 and 44).
pub(super) fn reserved(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    contained(d, facts.law.reserved_words()).map(|w| finding("R-018").with("w", w)).collect()
}

fn contained<'a>(d: &'a Dossier, words: impl Iterator<Item = &'a str> + 'a) -> impl Iterator<Item = &'a str> {
    words.filter(|word| d.name.contains(word))
}

/// no name of the province, city, county or street where the clinic is, unless a government sets it up (细则 art. 41).
pub(super) fn division(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if d.applicant.government {
        return vec![];
    }
    let names = facts.law.places(&d.address.division, &d.address.street);
    // A person may be called like a place.
    let rest = persons(d).fold(d.name.clone(), |name, person| name.replace(person, ""));
    let found = names.into_iter().find(|name| rest.contains(name.as_str()));
    found.map(|w| finding("R-016").with("w", w)).into_iter().collect()
}

/// The persons whose names the clinic may bear.
fn persons(d: &Dossier) -> impl Iterator<Item = &str> {
    let applicant = (d.applicant.kind != Some(ApplicantKind::Unit)).then_some(d.applicant.name.trim());
    let others = [d.principal.name.trim(), d.legal_representative.trim()];
    applicant.into_iter().chain(others).filter(|name| !name.is_empty())
}

/// the name bears that of the unit or of the person (细则 art. 41).
pub(super) fn bears_name(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(piece) = facts.law.threshold("R-017", "piece", facts.today) else { return vec![] };
    let known = !blank(&d.name) && !blank(&d.applicant.name);
    let unit = d.applicant.kind == Some(ApplicantKind::Unit)
        && shares_piece(&d.name, &d.applicant.name, piece as usize, facts.law.common_words());
    if !known || unit || persons(d).any(|person| d.name.contains(person)) { vec![] } else { vec![finding("R-017")] }
}

/// Whether two names share a piece of `length` characters that is not a word of many names.
fn shares_piece(name: &str, unit: &str, length: usize, common: &[String]) -> bool {
    let characters: Vec<char> = unit.chars().collect();
    let mut pieces = characters.windows(length.max(1)).map(|piece| piece.iter().collect::<String>());
    pieces.any(|piece| !common.contains(&piece) && name.contains(&piece))
}

/// no active clinic of the authority's area has the name (细则 art. 46).
pub(super) fn unique(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    facts.same_name.iter().map(|name| finding("R-019").with("name", name)).collect()
}

/// what the name suggests fits the type or the subjects (细则 art. 41).
pub(super) fn suggests(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(chosen) = d.clinic_type else { return vec![] };
    let mut rest = d.name.clone();
    let mut found = vec![];
    for keyword in facts.law.keywords() {
        if rest.contains(&keyword.word) {
            // The longer word decides: one inside of it is not asked again.
            rest = rest.replace(&keyword.word, "");
            found.extend((!keyword.fits(chosen, &d.subjects)).then(|| finding("R-020").with("w", &keyword.word)));
        }
    }
    found
}
