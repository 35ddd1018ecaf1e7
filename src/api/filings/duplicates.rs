//! Clinics and filings that are like a filing, side by side.

use poem_openapi::Object;

use crate::domain::id::FilingId;
use crate::domain::lifecycle::Stage;
use crate::domain::likeness::{Likeness, LikenessOf};
use crate::domain::verdict::ClinicState;
use crate::usecase::likeness::{Compared, Duplicate};

/// One item of both.
#[derive(Debug, Object)]
#[oai(rename = "Compared")]
pub struct ComparedView {
    /// JSON pointer into the dossier
    pub pointer: String,
    /// In this filing
    pub mine: String,
    /// In the other; phones are masked
    pub theirs: String,
    /// Whether both are the same to the letter
    pub same: bool,
}

/// Another clinic or filing under way that is like this one, as far as the reader may know it.
#[derive(Debug, Object)]
#[oai(rename = "Duplicate", skip_serializing_if_is_none)]
pub struct DuplicateView {
    /// What is alike
    pub likeness: Vec<Likeness>,
    pub of: LikenessOf,
    /// 备案编号 of the clinic
    pub number: Option<String>,
    /// 状态 of the clinic
    pub state: Option<ClinicState>,
    /// The other filing, where it is with the reader's own authority
    pub filing_id: Option<FilingId>,
    /// 办件编号
    pub case_number: Option<String>,
    /// 阶段
    pub stage: Option<Stage>,
    /// 备案机关 of the other
    pub authority: String,
    /// Side by side; empty for filings with another authority
    pub compared: Vec<ComparedView>,
}

impl From<Duplicate> for DuplicateView {
    fn from(duplicate: Duplicate) -> Self {
        let Duplicate { likeness, of, number, state, filing, authority, compared } = duplicate;
        let (filing_id, case_number, stage) =
            filing.map_or((None, None, None), |(id, case, stage)| (Some(id), case, Some(stage)));
        let compared = compared.into_iter().map(|Compared { pointer, mine, theirs, same }| ComparedView {
            pointer: pointer.to_owned(),
            mine,
            theirs,
            same,
        });
        Self {
            likeness: likeness.into_iter().collect(),
            of,
            number,
            state,
            filing_id,
            case_number,
            stage,
            authority,
            compared: compared.collect(),
        }
    }
}

/// What is like a filing, the most alike first; at most 50.
#[derive(Debug, Object)]
pub struct FilingDuplicates {
    pub items: Vec<DuplicateView>,
}
