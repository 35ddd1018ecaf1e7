//! Rows of the clinic owner's door.

use super::types;

rows! {
    /// 经办人: who works for the owner of clinics.
    member("member") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        owner_id: Uuid,
        account_id: Option<Uuid>,
        name: String,
        code_hash: Option<String>,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        joined_at: Option<DateTime<Utc>>,
        ended_at: Option<DateTime<Utc>>,
    }
    /// What an owner is told.
    message("message") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        owner_id: Uuid,
        kind: MessageKind,
        filing_id: Option<Uuid>,
        clinic_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")] values: crate::domain::message::Values,
        at: DateTime<Utc>,
        read_at: Option<DateTime<Utc>>,
    }
    /// Where an account wants to be told, too.
    contact("contact") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid,
        channel: Channel,
        address_sealed: String,
        code_hash: Option<String>,
        code_expires_at: Option<DateTime<Utc>>,
        code_failures: i32,
        confirmed_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    }
    /// One message on its way to one address.
    delivery("delivery") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        message_id: Uuid,
        contact_id: Uuid,
        created_at: DateTime<Utc>,
        sent_at: Option<DateTime<Utc>>,
        given_up_at: Option<DateTime<Utc>>,
    }
    /// A form that was sent after its session had ended.
    held_form("held_form") {
        #[sea_orm(primary_key, auto_increment = false)] token_hash: String,
        account_id: Option<Uuid>,
        path: String,
        body_sealed: String,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    }
    /// A file that arrives in pieces.
    upload("upload") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        filing_id: Uuid,
        account_id: Uuid,
        code: String,
        file_name: String,
        size: i64,
        received: i64,
        pieces: i32,
        material_id: Option<Uuid>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
    /// A piece of it.
    upload_piece("upload_piece") {
        #[sea_orm(primary_key, auto_increment = false)] upload_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] sequence: i32,
        bytes: Vec<u8>,
    }
    /// Who wrote which items of a form.
    filing_edit("filing_edit") {
        #[sea_orm(primary_key, auto_increment = false)] filing_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] version: i32,
        actor_id: Uuid,
        actor_name: String,
        capacity: Capacity,
        #[sea_orm(column_type = "JsonBinary")] pointers: crate::domain::assistance::Pointers,
        at: DateTime<Utc>,
    }
    /// 帮办代办
    assistance("assistance") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        owner_id: Uuid,
        officer_id: Uuid,
        officer_name: String,
        authority_id: Uuid,
        consent: Consent,
        note: String,
        sheet_sha256: Option<String>,
        sheet_media_type: Option<String>,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        ended_at: Option<DateTime<Utc>>,
        ended_by: Option<String>,
    }
}
