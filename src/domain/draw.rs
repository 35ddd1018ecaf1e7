//! 双随机: clinics and visitors drawn so that anyone can draw again. The order of a list under a seed is that of
//! SHA-256(seed ‖ 0x00 ‖ member) as lower-case hexadecimal; the drawn are the first of that order.
//!
//! Clinics are ordered under the seed itself; for each drawn clinic the visitors are ordered under seed ‖ "/" ‖ its
//! number, and the first `team` of them go.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::value::hex;

/// One drawn clinic with its visitors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
pub struct Drawn {
    /// 备案编号
    pub number: String,
    /// Visitors, as their entries in the list of the draw
    pub team: Vec<String>,
}

/// A list that a draw is made from, or its members' order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Names(pub Vec<String>);

/// What was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Outcome(pub Vec<Drawn>);

/// The members of `list` in their order under `seed`.
pub fn order(seed: &str, list: &[String]) -> Vec<String> {
    let rank = |member: &str| hex(&Sha256::new().chain_update(seed).chain_update([0]).chain_update(member).finalize());
    let mut ranked: Vec<_> = list.iter().map(|member| (rank(member), member)).collect();
    ranked.sort();
    ranked.dedup();
    ranked.into_iter().map(|(_, member)| member.clone()).collect()
}

/// Draws `clinics` of the candidates and for each a team of the inspectors.
pub fn draw(seed: &str, candidates: &[String], inspectors: &[String], clinics: usize, team: usize) -> Vec<Drawn> {
    let drawn = order(seed, candidates).into_iter().take(clinics);
    drawn
        .map(|number| {
            let team = order(&format!("{seed}/{number}"), inspectors).into_iter().take(team).collect();
            Drawn { number, team }
        })
        .collect()
}

/// How it is drawn, in words, for whoever draws again.
pub const METHOD: &str = "以种子（文本）、一个值为0的字节、名单成员（文本）依次拼接，取SHA-256的小写十六进制，按此升序排列名单；\
                          诊所以种子排列，取前若干家；每家的核查人员以“种子/备案编号”为种子排列，取前若干人。";

/// The same in English.
pub const METHOD_EN: &str = "A list is ordered by the lower-case hexadecimal SHA-256 of the seed (its text), one zero \
                             byte and the member (its text). Clinics are ordered under the seed, and the first ones are \
                             drawn; for each the inspectors are ordered under seed/number, and the first ones go.";
