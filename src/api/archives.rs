//! The archive of a filing, as one file.

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Binary;
use poem_openapi::{ApiResponse, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::id::FilingId;
use crate::edge::text;
use crate::error::Error;
use crate::usecase::archives;

/// Most characters of a reason.
const LONGEST: usize = 300;

#[derive(ApiResponse)]
pub enum ArchiveContent {
    /// A ZIP that holds a BagIt bag; `clinic-registry verify` checks it off line.
    #[oai(status = 200, content_type = "application/zip")]
    Content(
        Binary<poem::Body>,
        /// Always a download
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

pub struct Archives;

#[OpenApi(prefix_path = "/filings", tag = "Tag::Filings")]
impl Archives {
    /// 办件档案 · The archive of a filing
    ///
    /// Everything that the authority keeps of it, with digests and a signature. For the applicant once the filing has ended.
    /// Officers and approvers give a reason, which is kept; for auditors personal numbers are masked.
    #[oai(path = "/:filing_id/archive", method = "get", operation_id = "filing_archive")]
    async fn archive(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// 查看原因, at least 4 characters: for officers and approvers
        reason: Query<Option<String>>,
    ) -> Result<ArchiveContent, Problem> {
        let reason = reason.0.unwrap_or_default();
        if let Some((zh, en)) = text::defect(&reason) {
            return Err(Error::field("/reason", zh, en).into());
        }
        if reason.chars().count() > LONGEST {
            let (zh, en) = (format!("最多{LONGEST}个字符，请缩短。"), format!("At most {LONGEST} characters."));
            return Err(Error::field("/reason", zh, en).into());
        }
        let archive = archives::archive(&app, &caller.0.actor, filing_id.0, &reason).await?;
        let disposition = format!("attachment; filename=\"{}.zip\"", archive.case_number);
        let body = poem::Body::from_async_read(tokio::fs::File::from_std(archive.file));
        Ok(ArchiveContent::Content(Binary(body), disposition))
    }
}
