//! Rows, one per table. A value type is the domain's own; nothing here decides anything.

macro_rules! rows {
    ($($(#[$doc:meta])* $module:ident($table:literal) { $($(#[$attr:meta])* $field:ident : $t:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        pub mod $module {
            #[allow(unused_imports, reason = "one import list serves every row")]
            use super::types::*;

            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, sea_orm::DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$attr])* pub $field: $t),+ }

            #[derive(Clone, Copy, Debug, sea_orm::EnumIter, sea_orm::DeriveRelation)]
            pub enum Relation {}

            impl sea_orm::ActiveModelBehavior for ActiveModel {}
        }
    )+};
}

mod access;
mod owner;

pub use access::*;
pub use owner::*;

/// What the rows are made of.
mod types {
    pub use chrono::{DateTime, NaiveDate, Utc};
    pub use sea_orm::entity::prelude::*;
    pub use uuid::Uuid;

    pub use crate::domain::access::{Door, HolderKind, SessionState};
    pub use crate::domain::actor::{Capacity, Duty, Role};
    pub use crate::domain::announcement::AnnouncementKind;
    pub use crate::domain::assistance::Consent;
    pub use crate::domain::clock::{ClockState, Unit};
    pub use crate::domain::complaint::{ComplaintAction, ComplaintKind, ComplaintOutcome, ComplaintStage};
    pub use crate::domain::decision::{DecisionKind, DecisionStage};
    pub use crate::domain::filing::{Answers, Findings, Notice};
    pub use crate::domain::import::{GroupStage, ImportAction, ImportStage};
    pub use crate::domain::lifecycle::{Action, Kind, Stage};
    pub use crate::domain::likeness::{Likeness, LikenessOf};
    pub use crate::domain::message::{Channel, MessageKind};
    pub use crate::domain::paper::PaperKind;
    pub use crate::domain::particulars::{Particulars, SuspensionReason};
    pub use crate::domain::standing::ClinicAct;
    pub use crate::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};
    pub use crate::domain::visit::{VisitAction, VisitKind, VisitStage};
}

rows! {
    /// 备案机关
    authority("authority") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        name: String,
        uscc: String,
        region: String,
        phone: String,
        created_at: DateTime<Utc>,
    }
    /// Who handles which clinic type in which street, since when.
    jurisdiction("jurisdiction") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        authority_id: Uuid,
        clinic_type: String,
        street: String,
        valid_from: NaiveDate,
        valid_to: Option<NaiveDate>,
        duty: Duty,
    }
    /// A clinic in the register.
    clinic("clinic") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        number: String,
        name: String,
        normalised_name: String,
        clinic_type: String,
        nature: String,
        division: String,
        street: String,
        telemedicine_mode: TelemedicineMode,
        state: ClinicState,
        authority_id: Uuid,
        owner_id: Uuid,
        principal_key: String,
        practice_code: String,
        certificate_id: Uuid,
        certificate_version: i32,
        #[sea_orm(column_type = "JsonBinary")] record: crate::domain::certificate::Statement,
        #[sea_orm(column_type = "JsonBinary")] dossier: crate::domain::dossier::Dossier,
        filed_on: NaiveDate,
        updated_at: DateTime<Utc>,
        version: i32,
        supervisor_id: Option<Uuid>,
        verified_on: Option<NaiveDate>,
        suspended_on: Option<NaiveDate>,
        suspended_until: Option<NaiveDate>,
        suspension_reason: Option<SuspensionReason>,
        ended_on: Option<NaiveDate>,
        predecessor_id: Option<Uuid>,
        successor_id: Option<Uuid>,
        telemedicine_on: Option<NaiveDate>,
        imported_on: Option<NaiveDate>,
        confirmed_on: Option<NaiveDate>,
    }
    /// A number a clinic has or had.
    clinic_number("clinic_number") {
        #[sea_orm(primary_key, auto_increment = false)] number: String,
        clinic_id: Uuid,
        valid_from: NaiveDate,
    }
    /// A word by which a clinic is found.
    search_term("search_term") {
        #[sea_orm(primary_key, auto_increment = false)] term: String,
        #[sea_orm(primary_key, auto_increment = false)] clinic_id: Uuid,
    }
    /// 办件
    filing("filing") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        case_number: Option<String>,
        kind: Kind,
        stage: Stage,
        owner_id: Uuid,
        clinic_id: Option<Uuid>,
        base_version: Option<i32>,
        authority_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")] dossier: crate::domain::dossier::Dossier,
        #[sea_orm(column_type = "JsonBinary", nullable)] submitted: Option<crate::domain::dossier::Dossier>,
        #[sea_orm(column_type = "JsonBinary", nullable)] notice: Option<Notice>,
        notices: i32,
        submitted_at: Option<DateTime<Utc>>,
        received_on: Option<NaiveDate>,
        due_on: Option<NaiveDate>,
        due_guessed: bool,
        redirected: bool,
        recommended_by: Option<Uuid>,
        issued_by: Option<Uuid>,
        certificate_id: Option<Uuid>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        version: i32,
        #[sea_orm(column_type = "JsonBinary", nullable)] particulars: Option<Particulars>,
        #[sea_orm(column_type = "JsonBinary", nullable)] submitted_particulars: Option<Particulars>,
        predecessor_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary", nullable)] answers: Option<Answers>,
        import_id: Option<Uuid>,
    }
    /// One step of a filing's history.
    filing_event("filing_event") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        filing_id: Uuid,
        sequence: i32,
        at: DateTime<Utc>,
        actor_id: Uuid,
        actor_name: String,
        actor_role: Role,
        action: Action,
        from_stage: Stage,
        to_stage: Stage,
        note: String,
        #[sea_orm(column_type = "JsonBinary", nullable)] notice: Option<Notice>,
        rule_set: i32,
        #[sea_orm(column_type = "JsonBinary")] findings: Findings,
        #[sea_orm(column_type = "JsonBinary", nullable)] dossier: Option<crate::domain::dossier::Dossier>,
        #[sea_orm(column_type = "JsonBinary", nullable)] circumstances: Option<crate::domain::rules::Circumstances>,
    }
    /// An uploaded material.
    material("material") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        filing_id: Uuid,
        code: String,
        file_name: String,
        media_type: String,
        size: i64,
        sha256: String,
        added_at: DateTime<Utc>,
    }
    /// A piece of a file.
    blob_piece("blob_piece") {
        #[sea_orm(primary_key, auto_increment = false)] sha256: String,
        #[sea_orm(primary_key, auto_increment = false)] sequence: i32,
        bytes: Vec<u8>,
    }
    /// One version of one certificate, with all that a check needs.
    certificate("certificate") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        clinic_id: Uuid,
        filing_id: Uuid,
        owner_id: Uuid,
        authority_id: Uuid,
        version: i32,
        short_code: crate::domain::short_code::ShortCode,
        status_index: i32,
        #[sea_orm(column_type = "JsonBinary")] statement: crate::domain::certificate::Statement,
        digest: String,
        cose: Vec<u8>,
        digits: String,
        key_id: String,
        salt: String,
        state: CertificateState,
        clinic_state: ClinicState,
        telemedicine: TelemedicineMode,
        current_version: i32,
        current_number: String,
        pdf_sha256: Option<String>,
        issued_at: DateTime<Utc>,
        copy: i32,
    }
    /// A counter of exactly-once numbers.
    series("series") {
        #[sea_orm(primary_key, auto_increment = false)] name: String,
        next: i32,
    }
    /// A leaf of the issuance log.
    log_entry("log_entry") {
        #[sea_orm(primary_key, auto_increment = false)] sequence: i32,
        kind: String,
        certificate_id: Uuid,
        leaf: Vec<u8>,
        leaf_hash: String,
        at: DateTime<Utc>,
    }
    /// A request that had its effect.
    idempotency("idempotency") {
        #[sea_orm(primary_key, auto_increment = false)] account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] key: String,
        fingerprint: String,
        resource_id: Uuid,
        created_at: DateTime<Utc>,
    }
    /// Work that a committed change asked for.
    job("job") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        #[sea_orm(column_type = "JsonBinary")] task: crate::domain::task::Task,
        run_at: DateTime<Utc>,
        attempts: i32,
        lease_until: Option<DateTime<Utc>>,
        done_at: Option<DateTime<Utc>>,
        failure: Option<String>,
    }
    /// Something that happened to a clinic.
    clinic_event("clinic_event") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        clinic_id: Uuid,
        sequence: i32,
        at: DateTime<Utc>,
        effective_on: NaiveDate,
        actor_id: Option<Uuid>,
        actor_name: String,
        act: ClinicAct,
        from_state: ClinicState,
        to_state: ClinicState,
        from_telemedicine: TelemedicineMode,
        to_telemedicine: TelemedicineMode,
        filing_id: Option<Uuid>,
        decision_id: Option<Uuid>,
        visit_id: Option<Uuid>,
        note: String,
    }
    /// Who works at a clinic.
    clinic_person("clinic_person") {
        #[sea_orm(primary_key, auto_increment = false)] clinic_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] person_key: String,
        practice_code: String,
        post: String,
    }
    /// 公告
    announcement("announcement") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        kind: AnnouncementKind,
        clinic_id: Uuid,
        authority_id: Uuid,
        number: String,
        name: String,
        body: String,
        basis: String,
        document_number: String,
        effective_on: NaiveDate,
        published_at: DateTime<Utc>,
    }
    /// 现场核查、抽查
    visit("visit") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        case_number: String,
        kind: VisitKind,
        stage: VisitStage,
        clinic_id: Uuid,
        filing_id: Option<Uuid>,
        draw_id: Option<Uuid>,
        authority_id: Uuid,
        supervisor_id: Uuid,
        owner_id: Uuid,
        #[sea_orm(column_type = "JsonBinary")] inspectors: crate::domain::visit::Team,
        #[sea_orm(column_type = "JsonBinary")] checklist: crate::domain::visit::Checklist,
        #[sea_orm(column_type = "JsonBinary", nullable)] record: Option<crate::domain::visit::Record>,
        due_on: NaiveDate,
        due_guessed: bool,
        rectify_by: Option<NaiveDate>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        version: i32,
    }
    /// One step of a visit.
    visit_event("visit_event") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        visit_id: Uuid,
        sequence: i32,
        at: DateTime<Utc>,
        actor_id: Option<Uuid>,
        actor_name: String,
        action: VisitAction,
        from_stage: VisitStage,
        to_stage: VisitStage,
        note: String,
        #[sea_orm(column_type = "JsonBinary", nullable)] record: Option<crate::domain::visit::Record>,
    }
    /// A photo of a visit.
    visit_photo("visit_photo") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        visit_id: Uuid,
        file_name: String,
        media_type: String,
        size: i64,
        sha256: String,
        added_at: DateTime<Utc>,
    }
    /// A decision of the authority.
    decision("decision") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        case_number: String,
        kind: DecisionKind,
        stage: DecisionStage,
        clinic_id: Uuid,
        authority_id: Uuid,
        visit_id: Option<Uuid>,
        ground: String,
        ground_text: String,
        basis: String,
        document_number: String,
        facts: String,
        effective_on: NaiveDate,
        proposed_by: Uuid,
        proposed_name: String,
        proposer_authority_id: Option<Uuid>,
        decided_by: Option<Uuid>,
        decided_name: String,
        note: String,
        created_at: DateTime<Utc>,
        decided_at: Option<DateTime<Utc>>,
        rule_set: i32,
        version: i32,
    }
    /// 双随机抽取
    draw("draw") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        supervisor_id: Uuid,
        title: String,
        at: DateTime<Utc>,
        actor_id: Uuid,
        actor_name: String,
        seed: String,
        #[sea_orm(column_type = "JsonBinary")] candidates: crate::domain::draw::Names,
        #[sea_orm(column_type = "JsonBinary")] inspectors: crate::domain::draw::Names,
        clinics: i32,
        team: i32,
        #[sea_orm(column_type = "JsonBinary")] result: crate::domain::draw::Outcome,
    }
    /// A clock of the law.
    deadline("deadline") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        rule: String,
        item: String,
        subject_id: Uuid,
        filing_id: Option<Uuid>,
        clinic_id: Option<Uuid>,
        visit_id: Option<Uuid>,
        authority_id: Option<Uuid>,
        supervisor_id: Option<Uuid>,
        owner_id: Option<Uuid>,
        starts_on: NaiveDate,
        length: i32,
        unit: Unit,
        due_on: NaiveDate,
        guessed: bool,
        warn_on: NaiveDate,
        escalate_on: NaiveDate,
        state: ClockState,
        warned_at: Option<DateTime<Utc>>,
        escalated_at: Option<DateTime<Utc>>,
        overdue_at: Option<DateTime<Utc>>,
        met_on: Option<NaiveDate>,
        created_at: DateTime<Utc>,
        complaint_id: Option<Uuid>,
    }
    /// A table of the law as it was set at a number.
    law_edition("law_edition") {
        #[sea_orm(primary_key, auto_increment = false)] number: i32,
        name: String,
        body: String,
        source: String,
        actor_id: Option<Uuid>,
        actor_name: String,
        reason: String,
        at: DateTime<Utc>,
    }
    /// A reading of unmasked personal data.
    unmasking("unmasking") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        filing_id: Uuid,
        authority_id: Uuid,
        actor_id: Uuid,
        actor_name: String,
        actor_role: Role,
        reason: String,
        at: DateTime<Utc>,
    }
    /// 文书: a paper beside the certificate.
    paper("paper") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        kind: PaperKind,
        number: String,
        code: crate::domain::short_code::ShortCode,
        authority_id: Option<Uuid>,
        owner_id: Option<Uuid>,
        filing_id: Option<Uuid>,
        visit_id: Option<Uuid>,
        decision_id: Option<Uuid>,
        step: Option<i32>,
        clinic_id: Option<Uuid>,
        certificate_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")] content: crate::domain::paper::PaperContent,
        #[sea_orm(column_type = "JsonBinary", nullable)] purpose: Option<crate::domain::paper::Purpose>,
        digits: Option<String>,
        withdrawn_at: Option<DateTime<Utc>>,
        actor_id: Option<Uuid>,
        actor_name: String,
        issued_at: DateTime<Utc>,
        sha256: Option<String>,
    }
    /// A report from the public.
    complaint("complaint") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        reference: crate::domain::short_code::ShortCode,
        case_number: String,
        kind: ComplaintKind,
        stage: ComplaintStage,
        clinic_id: Option<Uuid>,
        certificate_id: Option<Uuid>,
        code: String,
        number: String,
        #[sea_orm(column_type = "JsonBinary", nullable)] place: Option<crate::domain::complaint::Place>,
        details: String,
        contact: String,
        authority_id: Uuid,
        outcome: Option<ComplaintOutcome>,
        reply: String,
        visit_id: Option<Uuid>,
        accept_by: NaiveDate,
        due_on: NaiveDate,
        due_guessed: bool,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        version: i32,
    }
    /// One step of a report.
    complaint_event("complaint_event") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        complaint_id: Uuid,
        sequence: i32,
        at: DateTime<Utc>,
        actor_id: Option<Uuid>,
        actor_name: String,
        action: ComplaintAction,
        from_stage: ComplaintStage,
        to_stage: ComplaintStage,
        note: String,
    }
    /// A photo of a report.
    complaint_photo("complaint_photo") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        complaint_id: Uuid,
        file_name: String,
        media_type: String,
        size: i64,
        sha256: String,
        added_at: DateTime<Utc>,
    }
    /// A reading of how a reporter can be reached.
    complaint_reading("complaint_reading") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        complaint_id: Uuid,
        authority_id: Uuid,
        actor_id: Uuid,
        actor_name: String,
        actor_role: Role,
        reason: String,
        at: DateTime<Utc>,
    }
    /// What the digests of a day are made with.
    pace_salt("pace_salt") {
        #[sea_orm(primary_key, auto_increment = false)] day: NaiveDate,
        salt: String,
    }
    /// How often something was asked for in a stretch of time, over all instances.
    pace_window("pace_window") {
        #[sea_orm(primary_key, auto_increment = false)] bucket: String,
        #[sea_orm(primary_key, auto_increment = false)] slot: i64,
        count: i32,
    }
    /// A bulk import of existing clinics.
    import("import") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        authority_id: Uuid,
        stage: ImportStage,
        file_name: String,
        media_type: String,
        sha256: String,
        rows: i32,
        groups: i32,
        defective: i32,
        entered: i32,
        failed: i32,
        prepared_by: Uuid,
        prepared_name: String,
        approved_by: Option<Uuid>,
        approved_name: String,
        rule_set: i32,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        version: i32,
    }
    /// The rows of one clinic within an import: all of them enter the register, or none.
    import_group("import_group") {
        #[sea_orm(primary_key, auto_increment = false)] import_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] sequence: i32,
        first_row: i32,
        last_row: i32,
        stage: GroupStage,
        #[sea_orm(column_type = "JsonBinary")] data: crate::domain::import::Entry,
        #[sea_orm(column_type = "JsonBinary")] defects: crate::domain::import::Defects,
        problems: i32,
        clinic_id: Option<Uuid>,
    }
    /// One step of an import.
    import_event("import_event") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        import_id: Uuid,
        sequence: i32,
        at: DateTime<Utc>,
        actor_id: Option<Uuid>,
        actor_name: String,
        action: Option<ImportAction>,
        from_stage: ImportStage,
        to_stage: ImportStage,
        note: String,
    }
    /// What a clinic or an open filing may have in common with another.
    likeness("likeness") {
        #[sea_orm(primary_key, auto_increment = false)] kind: Likeness,
        #[sea_orm(primary_key, auto_increment = false)] key: String,
        #[sea_orm(primary_key, auto_increment = false)] subject_id: Uuid,
        of: LikenessOf,
    }
}
