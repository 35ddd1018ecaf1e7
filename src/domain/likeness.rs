//! What two filings or clinics may have in common: premises, principal, phone, a name that sounds or looks alike. Each is
//! a key; who shares a key is shown side by side, and a person judges.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::domain::dossier::Dossier;
use crate::domain::search;
use crate::domain::terms::stored;

stored! {
    /// What is alike.
    Likeness {
        /// The same street and the same house, however it is written.
        Premises = "同一地址" / "same premises",
        /// 主要负责人 by the ID number.
        Principal = "同一主要负责人" / "same principal",
        /// 诊所电话 or that of the principal.
        Phone = "同一电话" / "same phone",
        /// 同音、易混读音、增减一字或前后颠倒, in the same county: 协合 and 协和.
        Name = "名称相近" / "near-same name",
    }
    /// Whose key it is.
    LikenessOf {
        Clinic = "诊所" / "clinic",
        Filing = "办件" / "filing",
    }
}

/// From so many syllables on, names that differ in one of them are near: of shorter ones too many would be.
const LONG: usize = 4;

/// What names of clinics end in: it tells no two apart. The longer first.
const ENDINGS: [&str; 14] = [
    "中西医结合诊所",
    "中医综合诊所",
    "医疗美容诊所",
    "口腔诊所",
    "中医诊所",
    "综合诊所",
    "西医诊所",
    "内科诊所",
    "牙科诊所",
    "齿科诊所",
    "美容诊所",
    "诊所",
    "医疗美容",
    "口腔",
];

/// The keys of a form: what is alike, and the text by which it is found. `digest` hides what is personal.
pub fn keys(dossier: &Dossier, digest: impl Fn(&str) -> String) -> BTreeSet<(Likeness, String)> {
    let mut keys = BTreeSet::new();
    let place = premises(&dossier.address.detail);
    if !place.is_empty() && !dossier.address.street.is_empty() {
        keys.insert((Likeness::Premises, format!("{}|{place}", dossier.address.street)));
    }
    let principal = dossier.principal.id_number.trim().to_uppercase();
    if !principal.is_empty() {
        keys.insert((Likeness::Principal, digest(&principal)));
    }
    let phones = [&dossier.phone, &dossier.principal.phone].map(|phone| telephone(phone));
    keys.extend(phones.iter().flatten().map(|phone| (Likeness::Phone, digest(phone))));
    let county = &dossier.address.division;
    keys.extend(sounds(&dossier.name).into_iter().map(|sound| (Likeness::Name, format!("{county}|{sound}"))));
    keys
}

/// An address as it is compared: width, signs and the way numbers are written do not matter.
fn premises(detail: &str) -> String {
    let arabic = |c: char| match "零一二三四五六七八九".chars().position(|digit| digit == c) {
        Some(value) => char::from(b'0' + value as u8),
        None if c == '〇' => '0',
        None => c,
    };
    search::normalise(detail).chars().map(arabic).collect()
}

/// A telephone number as it is compared; none where there are too few digits.
fn telephone(phone: &str) -> Option<String> {
    let digits: String = phone.nfkc().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() >= 10));
    let number = national.unwrap_or(&digits);
    (number.len() >= 7).then(|| number.to_owned())
}

/// What tells a name apart: without the ending that many have.
fn stem(name: &str) -> String {
    let name = search::normalise(name);
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    if stem.is_empty() { name } else { stem.to_owned() }
}

/// The keys of a name: its syllables in any order, and in a longer one also those with one left out.
fn sounds(name: &str) -> BTreeSet<String> {
    let stem: Vec<char> = stem(name).chars().collect();
    let mut keys = BTreeSet::new();
    for reading in search::readings(&stem) {
        let folded: Vec<String> = reading.iter().map(|syllable| fold(syllable)).collect();
        keys.insert(sorted(folded.clone()));
        if folded.len() >= LONG {
            keys.extend((0..folded.len()).map(|out| {
                let rest = folded.iter().enumerate().filter(|(n, _)| *n != out);
                sorted(rest.map(|(_, syllable)| syllable.clone()).collect())
            }));
        }
    }
    keys
}

fn sorted(mut syllables: Vec<String>) -> String {
    syllables.sort_unstable();
    syllables.join(" ")
}

/// A syllable with what ears and dialects mix up made one: zh and z, ch and c, sh and s, l and n, ang and an.
fn fold(syllable: &str) -> String {
    let mut letters = syllable.to_owned();
    for (long, short) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n")] {
        if let Some(rest) = letters.strip_prefix(long) {
            letters = format!("{short}{rest}");
        }
    }
    match letters.strip_suffix("ng").filter(|rest| rest.ends_with(['a', 'e', 'i'])) {
        Some(rest) => format!("{rest}n"),
        None => letters,
    }
}
