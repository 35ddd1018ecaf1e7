//! What the office, the public and other systems need: papers, reports from the public, imports, likenesses.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, date, date_null, integer, integer_null, json_binary, json_binary_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::ConnectionTrait;

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

/// Columns that existing tables gain.
fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![
        // Since when 互联网诊疗 is filed.
        ("clinic", date_null("telemedicine_on")),
        // Entered from the office's earlier records.
        ("clinic", date_null("imported_on")),
        ("filing", uuid_null("import_id")),
        ("deadline", uuid_null("complaint_id")),
    ]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        // What a paper says is kept as it was made; the file is drawn from it.
        table("paper")
            .col(key("id"))
            .col(text("kind"))
            .col(text("number").unique_key())
            .col(text("code").unique_key())
            .col(uuid_null("authority_id"))
            .col(uuid_null("owner_id"))
            .col(uuid_null("filing_id"))
            .col(uuid_null("visit_id"))
            .col(uuid_null("decision_id"))
            // Which step of the filing or visit made it.
            .col(integer_null("step"))
            .col(uuid_null("clinic_id"))
            .col(uuid_null("certificate_id"))
            .col(json_binary("content"))
            .col(json_binary_null("purpose"))
            .col(text_null("digits"))
            .col(timestamp_with_time_zone_null("withdrawn_at"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(timestamp_with_time_zone("issued_at"))
            .col(text_null("sha256"))
            .foreign_key(&mut fk("paper", "filing_id", "filing"))
            .foreign_key(&mut fk("paper", "clinic_id", "clinic"))
            .take(),
        table("complaint")
            .col(key("id"))
            // The reporter's key to it; the case number is the office's.
            .col(text("reference").unique_key())
            .col(text("case_number").unique_key())
            .col(text("kind"))
            .col(text("stage"))
            .col(uuid_null("clinic_id"))
            .col(uuid_null("certificate_id"))
            // The code and number as they were scanned or typed, forged or not.
            .col(text("code"))
            .col(text("number"))
            .col(json_binary_null("place"))
            .col(text("details"))
            .col(text("contact"))
            .col(uuid("authority_id"))
            .col(text_null("outcome"))
            .col(text("reply"))
            .col(uuid_null("visit_id"))
            .col(date("accept_by"))
            .col(date("due_on"))
            .col(boolean("due_guessed"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(integer("version"))
            .foreign_key(&mut fk("complaint", "authority_id", "authority"))
            .foreign_key(&mut fk("complaint", "clinic_id", "clinic"))
            .take(),
        table("complaint_event")
            .col(key("id"))
            .col(uuid("complaint_id"))
            .col(integer("sequence"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(text("action"))
            .col(text("from_stage"))
            .col(text("to_stage"))
            .col(text("note"))
            .foreign_key(&mut fk("complaint_event", "complaint_id", "complaint"))
            .take(),
        table("complaint_photo")
            .col(key("id"))
            .col(uuid("complaint_id"))
            .col(text("file_name"))
            .col(text("media_type"))
            .col(big_integer("size"))
            .col(text("sha256"))
            .col(timestamp_with_time_zone("added_at"))
            .foreign_key(&mut fk("complaint_photo", "complaint_id", "complaint"))
            .take(),
        // Who read how a reporter can be reached, and why.
        table("complaint_reading")
            .col(key("id"))
            .col(uuid("complaint_id"))
            .col(uuid("authority_id"))
            .col(uuid("actor_id"))
            .col(text("actor_name"))
            .col(text("actor_role"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut fk("complaint_reading", "complaint_id", "complaint"))
            .take(),
        // What a day's digests are made with. It goes with the day, and no digest leads back to an address any more.
        table("pace_salt").col(date("day").primary_key().take()).col(text("salt")).take(),
        // A limit that all instances share: digests of who asked, never addresses.
        table("pace_window")
            .col(text("bucket"))
            .col(big_integer("slot"))
            .col(integer("count"))
            .primary_key(Index::create().col("bucket").col("slot"))
            .take(),
        table("import")
            .col(key("id"))
            .col(uuid("authority_id"))
            .col(text("stage"))
            .col(text("file_name"))
            .col(text("media_type"))
            .col(text("sha256"))
            .col(integer("rows"))
            .col(integer("groups"))
            .col(integer("defective"))
            .col(integer("entered"))
            .col(integer("failed"))
            .col(uuid("prepared_by"))
            .col(text("prepared_name"))
            .col(uuid_null("approved_by"))
            .col(text("approved_name"))
            .col(integer("rule_set"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(integer("version"))
            // Two persons: nobody approves what they prepared.
            .check(Expr::cust("approved_by IS NULL OR approved_by <> prepared_by"))
            .foreign_key(&mut fk("import", "authority_id", "authority"))
            .take(),
        table("import_group")
            .col(uuid("import_id"))
            .col(integer("sequence"))
            .col(integer("first_row"))
            .col(integer("last_row"))
            .col(text("stage"))
            .col(json_binary("data"))
            .col(json_binary("defects"))
            .col(integer("problems"))
            .col(uuid_null("clinic_id"))
            .primary_key(Index::create().col("import_id").col("sequence"))
            .foreign_key(&mut fk("import_group", "import_id", "import"))
            .take(),
        table("import_event")
            .col(key("id"))
            .col(uuid("import_id"))
            .col(integer("sequence"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(text_null("action"))
            .col(text("from_stage"))
            .col(text("to_stage"))
            .col(text("note"))
            .foreign_key(&mut fk("import_event", "import_id", "import"))
            .take(),
        table("likeness")
            .col(text("kind"))
            .col(text("key"))
            .col(uuid("subject_id"))
            .col(text("of"))
            .primary_key(Index::create().col("kind").col("key").col("subject_id"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("paper", "paper_by_filing", &["filing_id", "id"]),
        index("paper", "paper_by_visit", &["visit_id"]),
        index("paper", "paper_by_decision", &["decision_id"]),
        index("paper", "paper_by_clinic", &["clinic_id", "id"]),
        index("paper", "paper_by_owner", &["owner_id", "id"]),
        index("paper", "paper_by_authority", &["authority_id", "kind", "id"]),
        index("paper", "paper_by_digest", &["sha256"]),
        index("paper", "paper_by_certificate", &["certificate_id", "id"]),
        index("paper", "paper_by_digits", &["digits"]).unique().take(),
        index("complaint", "complaint_by_authority", &["authority_id", "stage", "id"]),
        index("complaint", "complaint_by_clinic", &["clinic_id", "id"]),
        index("complaint_event", "complaint_event_by_complaint", &["complaint_id", "sequence"]).unique().take(),
        index("complaint_photo", "complaint_photo_by_complaint", &["complaint_id", "id"]),
        index("complaint_photo", "complaint_photo_by_digest", &["sha256"]),
        index("complaint_reading", "complaint_reading_by_authority", &["authority_id", "id"]),
        index("pace_window", "pace_window_by_slot", &["slot"]),
        index("import", "import_by_authority", &["authority_id", "id"]),
        index("import_group", "import_group_by_stage", &["import_id", "stage", "sequence"]),
        index("import_event", "import_event_by_import", &["import_id", "sequence"]).unique().take(),
        index("likeness", "likeness_by_subject", &["subject_id"]),
        index("clinic", "clinic_by_telemedicine_on", &["telemedicine_on"]),
        // The public list of 互联网诊疗, counted by authority; and what of it changed.
        index("clinic", "clinic_online", &["telemedicine_mode", "state", "authority_id", "telemedicine_on", "id"]),
        index("clinic", "clinic_by_update", &["updated_at", "id"]),
        index("log_entry", "log_entry_by_certificate", &["certificate_id"]),
        // What the figures count by month.
        index("filing_event", "filing_event_by_time", &["at", "action"]),
        index("clinic_event", "clinic_event_by_time", &["at", "act"]),
        index("visit_event", "visit_event_by_time", &["at", "action"]),
        index("clinic_event", "clinic_event_by_act", &["act", "at"]),
        index("complaint", "complaint_by_time", &["created_at"]),
        index("deadline", "deadline_by_office", &["rule", "authority_id", "created_at"]),
        // All that the figures need of a clinic, without its row.
        index("clinic", "clinic_by_office", &["id", "authority_id", "supervisor_id", "clinic_type"]),
        index("clinic", "clinic_by_standing", &["state", "authority_id", "clinic_type", "telemedicine_mode"]),
        index("filing", "filing_by_import", &["import_id"]),
    ]
}

/// By which a clinic is found under its 统一社会信用代码; both databases take this spelling.
const BY_CREDIT_CODE: &str = "CREATE INDEX clinic_by_credit_code ON clinic ((record ->> 'uscc'))";

const SINCE: &str = "UPDATE clinic SET telemedicine_on = COALESCE((SELECT MAX(effective_on) FROM clinic_event \
                     WHERE clinic_event.clinic_id = clinic.id AND act = 'add_telemedicine'), filed_on) \
                     WHERE telemedicine_mode <> 'off'";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in columns() {
            manager.alter_table(Table::alter().table(Alias::new(name)).add_column(column).take()).await?;
        }
        for table in tables() {
            manager.create_table(table).await?;
        }
        manager.get_connection().execute_unprepared(SINCE).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        manager.get_connection().execute_unprepared(BY_CREDIT_CODE).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().iter().rev().filter_map(|t| t.get_table_name().cloned()) {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for name in [
            "clinic_by_credit_code",
            "clinic_by_telemedicine_on",
            "clinic_online",
            "clinic_by_update",
            "log_entry_by_certificate",
            "filing_event_by_time",
            "clinic_event_by_time",
            "filing_by_import",
            "visit_event_by_time",
            "clinic_event_by_act",
            "deadline_by_office",
            "clinic_by_office",
            "clinic_by_standing",
        ] {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for (name, column) in columns() {
            let column = Alias::new(column.get_column_name());
            manager.alter_table(Table::alter().table(Alias::new(name)).drop_column(column).take()).await?;
        }
        Ok(())
    }
}
