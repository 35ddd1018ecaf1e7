//! A clinic's life: particulars of every kind of filing, standing, decisions, visits, draws, clocks, editions of the law.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, date, date_null, integer, json_binary, json_binary_null, text, text_null,
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
    let with = |mut column: ColumnDef, default: SimpleExpr| column.default(default).take();
    vec![
        // 'issue': files and issues; 'supervise': inspects (审管分离).
        ("jurisdiction", with(text("duty"), "issue".into())),
        ("clinic", with(text("telemedicine_mode"), "off".into())),
        ("clinic", uuid_null("supervisor_id")),
        ("clinic", date_null("verified_on")),
        ("clinic", date_null("suspended_on")),
        ("clinic", date_null("suspended_until")),
        ("clinic", text_null("suspension_reason")),
        ("clinic", date_null("ended_on")),
        ("clinic", uuid_null("predecessor_id")),
        ("clinic", uuid_null("successor_id")),
        ("filing", json_binary_null("particulars")),
        ("filing", json_binary_null("submitted_particulars")),
        ("filing", uuid_null("predecessor_id")),
        // Warnings that the clinic answered when it submitted.
        ("filing", json_binary_null("answers")),
        // What a step was decided on, so that it can be decided again under the same edition of the law.
        ("filing_event", json_binary_null("dossier")),
        ("filing_event", json_binary_null("circumstances")),
        ("certificate", with(integer("copy"), 1.into())),
    ]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        // What happened to a clinic, in order.
        table("clinic_event")
            .col(key("id"))
            .col(uuid("clinic_id"))
            .col(integer("sequence"))
            .col(timestamp_with_time_zone("at"))
            .col(date("effective_on"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(text("act"))
            .col(text("from_state"))
            .col(text("to_state"))
            .col(text("from_telemedicine"))
            .col(text("to_telemedicine"))
            .col(uuid_null("filing_id"))
            .col(uuid_null("decision_id"))
            .col(uuid_null("visit_id"))
            .col(text("note"))
            .foreign_key(&mut fk("clinic_event", "clinic_id", "clinic"))
            .take(),
        // Who works where, by a digest of the ID number.
        table("clinic_person")
            .col(uuid("clinic_id"))
            .col(text("person_key"))
            .col(text("practice_code"))
            .col(text("post"))
            .primary_key(Index::create().col("clinic_id").col("person_key"))
            .foreign_key(&mut fk("clinic_person", "clinic_id", "clinic"))
            .take(),
        table("announcement")
            .col(key("id"))
            .col(text("kind"))
            .col(uuid("clinic_id"))
            .col(uuid("authority_id"))
            .col(text("number"))
            .col(text("name"))
            .col(text("body"))
            .col(text("basis"))
            .col(text("document_number"))
            .col(date("effective_on"))
            .col(timestamp_with_time_zone("published_at"))
            .foreign_key(&mut fk("announcement", "clinic_id", "clinic"))
            .take(),
        table("visit")
            .col(key("id"))
            .col(text("case_number").unique_key())
            .col(text("kind"))
            .col(text("stage"))
            .col(uuid("clinic_id"))
            .col(uuid_null("filing_id"))
            .col(uuid_null("draw_id"))
            .col(uuid("authority_id"))
            .col(uuid("supervisor_id"))
            .col(uuid("owner_id"))
            .col(json_binary("inspectors"))
            .col(json_binary("checklist"))
            .col(json_binary_null("record"))
            .col(date("due_on"))
            .col(boolean("due_guessed"))
            .col(date_null("rectify_by"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(integer("version"))
            .foreign_key(&mut fk("visit", "clinic_id", "clinic"))
            .take(),
        table("visit_event")
            .col(key("id"))
            .col(uuid("visit_id"))
            .col(integer("sequence"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(text("action"))
            .col(text("from_stage"))
            .col(text("to_stage"))
            .col(text("note"))
            .col(json_binary_null("record"))
            .foreign_key(&mut fk("visit_event", "visit_id", "visit"))
            .take(),
        table("visit_photo")
            .col(key("id"))
            .col(uuid("visit_id"))
            .col(text("file_name"))
            .col(text("media_type"))
            .col(big_integer("size"))
            .col(text("sha256"))
            .col(timestamp_with_time_zone("added_at"))
            .foreign_key(&mut fk("visit_photo", "visit_id", "visit"))
            .take(),
        table("decision")
            .col(key("id"))
            .col(text("case_number").unique_key())
            .col(text("kind"))
            .col(text("stage"))
            .col(uuid("clinic_id"))
            .col(uuid("authority_id"))
            .col(uuid_null("visit_id"))
            .col(text("ground"))
            .col(text("ground_text"))
            .col(text("basis"))
            .col(text("document_number"))
            .col(text("facts"))
            .col(date("effective_on"))
            .col(uuid("proposed_by"))
            .col(text("proposed_name"))
            .col(uuid_null("proposer_authority_id"))
            .col(uuid_null("decided_by"))
            .col(text("decided_name"))
            .col(text("note"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(integer("rule_set"))
            .col(integer("version"))
            // Two persons.
            .check(Expr::cust("decided_by IS NULL OR decided_by <> proposed_by"))
            .foreign_key(&mut fk("decision", "clinic_id", "clinic"))
            .take(),
        table("draw")
            .col(key("id"))
            .col(uuid("supervisor_id"))
            .col(text("title"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid("actor_id"))
            .col(text("actor_name"))
            .col(text("seed"))
            .col(json_binary("candidates"))
            .col(json_binary("inspectors"))
            .col(integer("clinics"))
            .col(integer("team"))
            .col(json_binary("result"))
            .take(),
        // Every clock of the law that runs or ran.
        table("deadline")
            .col(key("id"))
            .col(text("rule"))
            .col(text("item"))
            .col(uuid("subject_id"))
            .col(uuid_null("filing_id"))
            .col(uuid_null("clinic_id"))
            .col(uuid_null("visit_id"))
            .col(uuid_null("authority_id"))
            .col(uuid_null("supervisor_id"))
            .col(uuid_null("owner_id"))
            .col(date("starts_on"))
            .col(integer("length"))
            .col(text("unit"))
            .col(date("due_on"))
            .col(boolean("guessed"))
            .col(date("warn_on"))
            .col(date("escalate_on"))
            .col(text("state"))
            .col(timestamp_with_time_zone_null("warned_at"))
            .col(timestamp_with_time_zone_null("escalated_at"))
            .col(timestamp_with_time_zone_null("overdue_at"))
            .col(date_null("met_on"))
            .col(timestamp_with_time_zone("created_at"))
            .take(),
        // The law as it was at every number: the tables of the program, and what was imported since.
        table("law_edition")
            .col(ColumnDef::new("number").integer().not_null().primary_key().take())
            .col(text("name"))
            .col(text("body"))
            .col(text("source"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("at"))
            .take(),
        // Every reading of unmasked personal data.
        table("unmasking")
            .col(key("id"))
            .col(uuid("filing_id"))
            .col(uuid("authority_id"))
            .col(uuid("actor_id"))
            .col(text("actor_name"))
            .col(text("actor_role"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut fk("unmasking", "filing_id", "filing"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("certificate", "certificate_by_copy", &["clinic_id", "version", "copy"]).unique().take(),
        index("certificate", "certificate_by_paper", &["pdf_sha256"]),
        index("clinic", "clinic_by_telemedicine_mode", &["telemedicine_mode", "id"]),
        index("clinic", "clinic_by_supervisor", &["supervisor_id", "id"]),
        index("clinic_event", "clinic_event_by_clinic", &["clinic_id", "sequence"]).unique().take(),
        index("clinic_person", "clinic_person_by_key", &["person_key"]),
        index("clinic_person", "clinic_person_by_code", &["practice_code"]),
        index("announcement", "announcement_by_clinic", &["clinic_id", "id"]),
        index("announcement", "announcement_by_authority", &["authority_id", "id"]),
        index("visit", "visit_by_supervisor", &["supervisor_id", "stage", "id"]),
        index("visit", "visit_by_clinic", &["clinic_id", "id"]),
        index("visit_event", "visit_event_by_visit", &["visit_id", "sequence"]).unique().take(),
        index("visit_photo", "visit_photo_by_visit", &["visit_id", "id"]),
        index("decision", "decision_by_authority", &["authority_id", "stage", "id"]),
        index("decision", "decision_by_clinic", &["clinic_id", "id"]),
        index("draw", "draw_by_supervisor", &["supervisor_id", "id"]),
        index("deadline", "deadline_by_authority", &["authority_id", "state", "due_on", "id"]),
        index("deadline", "deadline_by_supervisor", &["supervisor_id", "state", "due_on", "id"]),
        index("deadline", "deadline_by_owner", &["owner_id", "state", "due_on", "id"]),
        index("deadline", "deadline_by_subject", &["subject_id", "rule", "state"]),
        index("deadline", "deadline_by_clinic", &["clinic_id", "state"]),
        index("deadline", "deadline_by_rule", &["rule", "state", "due_on"]),
        // What the daily round has not noted yet.
        index("deadline", "deadline_to_warn", &["state", "warned_at", "warn_on"]),
        index("deadline", "deadline_to_escalate", &["state", "escalated_at", "escalate_on"]),
        index("deadline", "deadline_to_miss", &["state", "overdue_at", "due_on"]),
        index("law_edition", "law_edition_by_name", &["name", "number"]),
        index("unmasking", "unmasking_by_authority", &["authority_id", "id"]),
    ]
}

/// One filing about a clinic is under way at a time, whatever its kind.
const OPEN: &str = "CREATE UNIQUE INDEX filing_open_clinic ON filing (clinic_id) WHERE kind <> 'establishment' \
                    AND stage IN ('received', 'correcting', 'recommended', 'redirected')";
/// The same for changes alone, as the first migration had it.
const OPEN_BEFORE: &str = "CREATE UNIQUE INDEX filing_open_change ON filing (clinic_id) WHERE kind = 'change' \
                           AND stage IN ('received', 'correcting', 'recommended', 'redirected')";

/// The clocks of filings that were under way before there were clocks.
const CLOCKS: &str = "INSERT INTO deadline (id, rule, item, subject_id, filing_id, clinic_id, authority_id, owner_id, \
                      starts_on, length, unit, due_on, guessed, warn_on, escalate_on, state, created_at) \
                      SELECT id, 'R-050', CASE kind WHEN 'change' THEN '变更备案' ELSE '设置备案' END, id, id, clinic_id, \
                      authority_id, owner_id, received_on, 5, 'working_days', due_on, due_guessed, due_on, due_on, \
                      'running', updated_at FROM filing WHERE stage IN ('received', 'recommended') \
                      AND received_on IS NOT NULL AND due_on IS NOT NULL";

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

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
        run(
            manager,
            &[
                "UPDATE clinic SET telemedicine_mode = 'on' WHERE telemedicine",
                "UPDATE clinic SET supervisor_id = authority_id",
                // The word of the new filter: who may treat online now.
                "INSERT INTO search_term (term, clinic_id) SELECT 'online:yes', id FROM clinic \
                 WHERE telemedicine AND state = 'active'",
                "INSERT INTO search_term (term, clinic_id) SELECT 'online:no', id FROM clinic \
                 WHERE NOT (telemedicine AND state = 'active')",
                "DROP INDEX clinic_by_telemedicine",
                "ALTER TABLE clinic DROP COLUMN telemedicine",
                "DROP INDEX certificate_by_clinic",
                "DROP INDEX filing_open_change",
                OPEN,
                CLOCKS,
            ],
        )
        .await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().iter().rev().filter_map(|t| t.get_table_name().cloned()) {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        run(
            manager,
            &[
                "ALTER TABLE clinic ADD COLUMN telemedicine boolean NOT NULL DEFAULT FALSE",
                "UPDATE clinic SET telemedicine = (telemedicine_mode = 'on')",
                "CREATE INDEX clinic_by_telemedicine ON clinic (telemedicine, id)",
                "DROP INDEX clinic_by_telemedicine_mode",
                "DROP INDEX clinic_by_supervisor",
                "DROP INDEX certificate_by_copy",
                "DROP INDEX certificate_by_paper",
                "DELETE FROM search_term WHERE term IN ('online:yes', 'online:no')",
                "DROP INDEX filing_open_clinic",
                // Copies of one version are what the older schema cannot hold.
                "DELETE FROM certificate WHERE copy > 1",
                "CREATE UNIQUE INDEX certificate_by_clinic ON certificate (clinic_id, version)",
                OPEN_BEFORE,
            ],
        )
        .await?;
        for (name, column) in columns() {
            let column = Alias::new(column.get_column_name());
            manager.alter_table(Table::alter().table(Alias::new(name)).drop_column(column).take()).await?;
        }
        Ok(())
    }
}
