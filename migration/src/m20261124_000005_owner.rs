//! What the owner of a clinic needs in the portal: helpers of his own, an inbox with e-mail and SMS, uploads that resume,
//! forms that outlive a session, help at the counter, and who wrote what.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, date_null, integer, json_binary, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(Alias::new(name)).take()
}

fn key(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
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
        // Who works for the owner of clinics: invited by a code, then an account of his own.
        table("member")
            .col(uuid("id").primary_key())
            .col(uuid("owner_id"))
            .col(uuid_null("account_id"))
            .col(text("name"))
            .col(text_null("code_hash").unique_key())
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("joined_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(&mut key("member", "owner_id", "account"))
            .foreign_key(&mut key("member", "account_id", "account"))
            .take(),
        // What an owner is told: a kind and the values of its sentence, never personal data.
        table("message")
            .col(uuid("id").primary_key())
            .col(uuid("owner_id"))
            .col(text("kind"))
            .col(uuid_null("filing_id"))
            .col(uuid_null("clinic_id"))
            .col(json_binary("values"))
            .col(timestamp_with_time_zone("at"))
            .col(timestamp_with_time_zone_null("read_at"))
            .foreign_key(&mut key("message", "owner_id", "account"))
            .take(),
        // Where an account wants to be told, too: `email` or `sms`.
        table("contact")
            .col(uuid("id").primary_key())
            .col(uuid("account_id"))
            .col(text("channel"))
            .col(text("address_sealed"))
            // By which it is confirmed that the address is the account's.
            .col(text_null("code_hash"))
            .col(timestamp_with_time_zone_null("code_expires_at"))
            .col(integer("code_failures").default(0))
            .col(timestamp_with_time_zone_null("confirmed_at"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut key("contact", "account_id", "account"))
            .take(),
        // One message on its way to one address.
        table("delivery")
            .col(uuid("id").primary_key())
            .col(uuid("message_id"))
            .col(uuid("contact_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .col(timestamp_with_time_zone_null("given_up_at"))
            .foreign_key(&mut key("delivery", "message_id", "message"))
            .take(),
        // What somebody sent after the session had ended, sealed, until he is signed in again.
        table("held_form")
            .col(text("token_hash").primary_key())
            .col(uuid_null("account_id"))
            .col(text("path"))
            .col(text("body_sealed"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .take(),
        // A file that arrives in pieces.
        table("upload")
            .col(uuid("id").primary_key())
            .col(uuid("filing_id"))
            .col(uuid("account_id"))
            .col(text("code"))
            .col(text("file_name"))
            .col(big_integer("size"))
            .col(big_integer("received"))
            .col(integer("pieces"))
            .col(uuid_null("material_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut key("upload", "filing_id", "filing"))
            .take(),
        table("upload_piece")
            .col(uuid("upload_id"))
            .col(integer("sequence"))
            .col(binary("bytes"))
            .primary_key(Index::create().col(Alias::new("upload_id")).col(Alias::new("sequence")))
            .foreign_key(&mut key("upload_piece", "upload_id", "upload"))
            .take(),
        // Who wrote which items of a form, in which capacity. Pointers only, no values.
        table("filing_edit")
            .col(uuid("filing_id"))
            .col(integer("version"))
            .col(uuid("actor_id"))
            .col(text("actor_name"))
            .col(text("capacity"))
            .col(json_binary("pointers"))
            .col(timestamp_with_time_zone("at"))
            .primary_key(Index::create().col(Alias::new("filing_id")).col(Alias::new("version")))
            .foreign_key(&mut key("filing_edit", "filing_id", "filing"))
            .take(),
        // 帮办代办: an officer writes for an owner, who agreed, until one of them ends it.
        table("assistance")
            .col(uuid("id").primary_key())
            .col(uuid("owner_id"))
            .col(uuid("officer_id"))
            .col(text("officer_name"))
            .col(uuid("authority_id"))
            // How the owner agreed, as a code, what was shown, and perhaps the signed sheet.
            .col(text("consent"))
            .col(text("note"))
            .col(text_null("sheet_sha256"))
            .col(text_null("sheet_media_type"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(text_null("ended_by"))
            .foreign_key(&mut key("assistance", "owner_id", "account"))
            .foreign_key(&mut key("assistance", "officer_id", "account"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("member", "member_owner", &["owner_id"]),
        // One works for one owner.
        index("member", "member_account", &["account_id"]).unique().take(),
        index("message", "message_owner", &["owner_id", "id"]),
        index("contact", "contact_account", &["account_id", "channel"]).unique().take(),
        index("delivery", "delivery_message", &["message_id", "contact_id"]).unique().take(),
        index("held_form", "held_form_expiry", &["expires_at"]),
        index("upload", "upload_filing", &["filing_id"]),
        index("upload", "upload_updated", &["updated_at"]),
        index("assistance", "assistance_owner", &["owner_id"]),
        index("assistance", "assistance_officer", &["officer_id"]),
    ]
}

fn confirmed() -> Vec<ColumnDef> {
    // The day on which the clinic last said that what is filed is still right.
    vec![date_null("confirmed_on")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in confirmed() {
            manager.alter_table(Table::alter().table(Alias::new("clinic")).add_column(column).take()).await?;
        }
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "assistance",
            "filing_edit",
            "upload_piece",
            "upload",
            "held_form",
            "delivery",
            "contact",
            "message",
            "member",
        ] {
            manager.drop_table(Table::drop().table(Alias::new(table)).take()).await?;
        }
        for column in confirmed() {
            let name = Alias::new(column.get_column_name());
            manager.alter_table(Table::alter().table(Alias::new("clinic")).drop_column(name).take()).await?;
        }
        Ok(())
    }
}
