//! The register: authorities and accounts, filings and their materials, clinics, certificates, log, jobs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, boolean, date, date_null, integer, integer_null, json_binary, json_binary_null, text,
    text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn key(column: &'static str) -> ColumnDef {
    uuid(column).primary_key().take()
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(Alias::new(name)).take()
}

fn fk(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(Alias::new(from), Alias::new(column))
        .to(Alias::new(to), Alias::new("id"))
        .on_delete(ForeignKeyAction::Restrict)
        .take()
}

fn index(on: &'static str, name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(Alias::new(on)).take();
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("authority")
            .col(key("id"))
            .col(text("name"))
            .col(text("uscc").unique_key())
            .col(text("region"))
            .col(text("phone"))
            .col(timestamp_with_time_zone("created_at"))
            .take(),
        // Who handles which clinic type in which street, since when.
        table("jurisdiction")
            .col(key("id"))
            .col(uuid("authority_id"))
            .col(text("clinic_type"))
            .col(text("street"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .foreign_key(&mut fk("jurisdiction", "authority_id", "authority"))
            .take(),
        table("account")
            .col(key("id"))
            .col(text("login").unique_key())
            .col(text("password_hash"))
            .col(text("display_name"))
            .col(text("role"))
            .col(uuid_null("authority_id"))
            .col(boolean("demonstration"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut fk("account", "authority_id", "authority"))
            .take(),
        // Only the hash of a token is kept.
        table("session")
            .col(ColumnDef::new("token_hash").text().not_null().primary_key().take())
            .col(uuid("account_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .foreign_key(&mut fk("session", "account_id", "account"))
            .take(),
        table("clinic")
            .col(key("id"))
            .col(text("number").unique_key())
            .col(text("name"))
            .col(text("normalised_name"))
            .col(text("clinic_type"))
            .col(text("nature"))
            .col(text("division"))
            .col(text("street"))
            .col(boolean("telemedicine"))
            .col(text("state"))
            .col(uuid("authority_id"))
            .col(uuid("owner_id"))
            .col(text("principal_key"))
            .col(text("practice_code"))
            .col(uuid("certificate_id"))
            .col(integer("certificate_version"))
            .col(json_binary("record"))
            .col(json_binary("dossier"))
            .col(date("filed_on"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(integer("version"))
            .foreign_key(&mut fk("clinic", "authority_id", "authority"))
            .foreign_key(&mut fk("clinic", "owner_id", "account"))
            .take(),
        // Every number a clinic ever had: an old certificate must still find its clinic.
        table("clinic_number")
            .col(ColumnDef::new("number").text().not_null().primary_key().take())
            .col(uuid("clinic_id"))
            .col(date("valid_from"))
            .foreign_key(&mut fk("clinic_number", "clinic_id", "clinic"))
            .take(),
        // Words by which a clinic is found: two-character pieces, pinyin, initials.
        table("search_term")
            .col(text("term"))
            .col(uuid("clinic_id"))
            .primary_key(Index::create().col("term").col("clinic_id"))
            .foreign_key(&mut fk("search_term", "clinic_id", "clinic"))
            .take(),
        table("filing")
            .col(key("id"))
            .col(text_null("case_number").unique_key())
            .col(text("kind"))
            .col(text("stage"))
            .col(uuid("owner_id"))
            .col(uuid_null("clinic_id"))
            .col(integer_null("base_version"))
            .col(uuid_null("authority_id"))
            .col(json_binary("dossier"))
            // As it was last submitted: what officers see while the clinic corrects.
            .col(json_binary_null("submitted"))
            .col(json_binary_null("notice"))
            .col(integer("notices"))
            .col(timestamp_with_time_zone_null("submitted_at"))
            .col(date_null("received_on"))
            .col(date_null("due_on"))
            .col(boolean("due_guessed"))
            // An officer named the authority in charge: the table no longer decides.
            .col(boolean("redirected"))
            .col(uuid_null("recommended_by"))
            .col(uuid_null("issued_by"))
            .col(uuid_null("certificate_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(integer("version"))
            // Two persons: nobody issues what they recommended.
            .check(Expr::cust("issued_by IS NULL OR (recommended_by IS NOT NULL AND issued_by <> recommended_by)"))
            .foreign_key(&mut fk("filing", "owner_id", "account"))
            .foreign_key(&mut fk("filing", "clinic_id", "clinic"))
            .foreign_key(&mut fk("filing", "authority_id", "authority"))
            .take(),
        table("filing_event")
            .col(key("id"))
            .col(uuid("filing_id"))
            .col(integer("sequence"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid("actor_id"))
            .col(text("actor_name"))
            .col(text("actor_role"))
            .col(text("action"))
            .col(text("from_stage"))
            .col(text("to_stage"))
            .col(text("note"))
            .col(json_binary_null("notice"))
            .col(integer("rule_set"))
            .col(json_binary("findings"))
            .foreign_key(&mut fk("filing_event", "filing_id", "filing"))
            .take(),
        table("material")
            .col(key("id"))
            .col(uuid("filing_id"))
            .col(text("code"))
            .col(text("file_name"))
            .col(text("media_type"))
            .col(big_integer("size"))
            .col(text("sha256"))
            .col(timestamp_with_time_zone("added_at"))
            .foreign_key(&mut fk("material", "filing_id", "filing"))
            .take(),
        // Bytes by their digest, in pieces, so that they commit with the row that names them.
        table("blob_piece")
            .col(text("sha256"))
            .col(integer("sequence"))
            .col(binary("bytes"))
            .primary_key(Index::create().col("sha256").col("sequence"))
            .take(),
        table("certificate")
            .col(key("id"))
            .col(uuid("clinic_id"))
            .col(uuid("filing_id"))
            .col(uuid("owner_id"))
            .col(uuid("authority_id"))
            .col(integer("version"))
            .col(text("short_code").unique_key())
            .col(integer("status_index").unique_key())
            .col(json_binary("statement"))
            .col(text("digest"))
            .col(binary("cose"))
            .col(text("digits"))
            .col(text("key_id"))
            .col(text("salt"))
            // What a check needs stands on this one row, and moves in the transaction that moves the clinic.
            .col(text("state"))
            .col(text("clinic_state"))
            .col(text("telemedicine"))
            .col(integer("current_version"))
            .col(text("current_number"))
            .col(text_null("pdf_sha256"))
            .col(timestamp_with_time_zone("issued_at"))
            .foreign_key(&mut fk("certificate", "clinic_id", "clinic"))
            .foreign_key(&mut fk("certificate", "filing_id", "filing"))
            .take(),
        // Exactly-once numbers: one row per series.
        table("series").col(ColumnDef::new("name").text().not_null().primary_key().take()).col(integer("next")).take(),
        table("log_entry")
            .col(ColumnDef::new("sequence").integer().not_null().primary_key().take())
            .col(text("kind"))
            .col(uuid("certificate_id"))
            .col(binary("leaf"))
            .col(text("leaf_hash"))
            .col(timestamp_with_time_zone("at"))
            .take(),
        table("idempotency")
            .col(uuid("account_id"))
            .col(text("key"))
            .col(text("fingerprint"))
            .col(uuid("resource_id"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("account_id").col("key"))
            .take(),
        table("job")
            .col(key("id"))
            .col(json_binary("task"))
            .col(timestamp_with_time_zone("run_at"))
            .col(integer("attempts"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(timestamp_with_time_zone_null("done_at"))
            .col(text_null("failure"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("jurisdiction", "jurisdiction_by_street", &["street", "clinic_type"]),
        index("jurisdiction", "jurisdiction_by_authority", &["authority_id"]),
        index("filing", "filing_by_owner", &["owner_id", "id"]),
        index("filing", "filing_by_authority", &["authority_id", "stage", "id"]),
        index("filing", "filing_by_clinic", &["clinic_id"]),
        index("filing_event", "filing_event_by_filing", &["filing_id", "sequence"]).unique().take(),
        index("material", "material_by_filing", &["filing_id", "id"]),
        index("material", "material_by_digest", &["sha256"]),
        index("clinic", "clinic_by_name", &["normalised_name"]),
        index("clinic", "clinic_by_division", &["division", "id"]),
        index("clinic", "clinic_by_street", &["street", "id"]),
        index("clinic", "clinic_by_type", &["clinic_type", "id"]),
        index("clinic", "clinic_by_telemedicine", &["telemedicine", "id"]),
        index("clinic", "clinic_by_state", &["state", "id"]),
        index("clinic", "clinic_by_authority", &["authority_id", "id"]),
        index("clinic", "clinic_by_owner", &["owner_id"]),
        index("clinic", "clinic_by_principal", &["principal_key"]),
        index("clinic", "clinic_by_practice_code", &["practice_code"]),
        index("search_term", "search_term_by_clinic", &["clinic_id"]),
        index("certificate", "certificate_by_clinic", &["clinic_id", "version"]).unique().take(),
        index("certificate", "certificate_by_owner", &["owner_id"]),
        index("job", "job_by_time", &["done_at", "run_at"]),
        index("session", "session_by_account", &["account_id"]),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        // One change of a clinic is under way at a time, whoever asks at the same moment.
        let open = "CREATE UNIQUE INDEX filing_open_change ON filing (clinic_id) WHERE kind = 'change' \
                    AND stage IN ('received', 'correcting', 'recommended', 'redirected')";
        manager.get_connection().execute_unprepared(open).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().iter().rev().filter_map(|t| t.get_table_name().cloned()) {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
