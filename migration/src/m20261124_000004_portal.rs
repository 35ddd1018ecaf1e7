//! What people need to sign in: second factors, sessions that can be listed, tokens of platforms, recovery by the office,
//! and sign-in by another identity provider.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer_null, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(Alias::new(name)).take()
}

fn of_account(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(Alias::new(from), Alias::new("account_id"))
        .to(Alias::new("account"), Alias::new("id"))
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

/// Columns that accounts gain.
fn columns() -> Vec<ColumnDef> {
    vec![
        // Whose account it is: `uscc` or `identity`, the number sealed, and its keyed digest to find it by.
        text_null("holder_kind"),
        text_null("holder_sealed"),
        text_null("holder_digest"),
        // The second factor: its secret sealed, and the last step that was used.
        text_null("totp_sealed"),
        big_integer_null("totp_step"),
        timestamp_with_time_zone_null("password_changed_at"),
        timestamp_with_time_zone_null("closed_at"),
    ]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        // Sessions last hours: those of the earlier shape end with it, and everybody signs in once more.
        table("session")
            .col(text("token_hash").primary_key())
            .col(uuid("id").unique_key())
            .col(uuid("account_id"))
            // `pending` until the second factor is given or set up, then `full`.
            .col(text("state"))
            // `portal` or `api`, and the browser's family.
            .col(text("door"))
            .col(text("device"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("seen_at"))
            .col(timestamp_with_time_zone("expires_at"))
            // A second factor's secret between its drawing and its first use, sealed.
            .col(text_null("enrolment_sealed"))
            .foreign_key(&mut of_account("session"))
            .take(),
        table("api_token")
            .col(uuid("id").primary_key())
            .col(uuid("account_id"))
            .col(text("name"))
            // Names of scopes, separated by blanks.
            .col(text("scopes"))
            .col(text("token_hash").unique_key())
            // The first characters, to tell tokens apart in a list.
            .col(text("prefix"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(&mut of_account("api_token"))
            .take(),
        // Failures since the last success, by a digest of who or what failed.
        table("sign_in_guard")
            .col(text("bucket").primary_key())
            .col(integer("failures"))
            .col(timestamp_with_time_zone("blocked_until"))
            .col(timestamp_with_time_zone("failed_at"))
            .take(),
        table("recovery")
            .col(uuid("id").primary_key())
            .col(uuid("account_id"))
            .col(text("code_hash").unique_key())
            .col(uuid_null("issuer_id"))
            .col(text("issuer_name"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(&mut of_account("recovery"))
            .take(),
        table("identity_link")
            .col(uuid("id").primary_key())
            .col(uuid("account_id"))
            .col(text("issuer"))
            .col(text("subject"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut of_account("identity_link"))
            .take(),
        // A sign-in that is under way at another provider.
        table("identity_flow")
            .col(text("state_hash").primary_key())
            .col(text("nonce"))
            .col(text("verifier_sealed"))
            .col(text("back_to"))
            .col(uuid_null("account_id"))
            .col(timestamp_with_time_zone("expires_at"))
            .take(),
        // What happened to an account, by whom.
        table("account_event")
            .col(uuid("id").primary_key())
            .col(uuid("account_id"))
            .col(text("kind"))
            .col(text("detail"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut of_account("account_event"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("account", "account_holder", &["holder_digest"]).unique().take(),
        // All of an office's filings in their order.
        index("filing", "filing_of_authority", &["authority_id", "id"]),
        index("session", "session_account", &["account_id", "expires_at"]),
        index("api_token", "api_token_account", &["account_id"]),
        index("recovery", "recovery_account", &["account_id"]),
        index("identity_link", "identity_link_subject", &["issuer", "subject"]).unique().take(),
        index("identity_link", "identity_link_account", &["account_id"]),
        index("account_event", "account_event_account", &["account_id", "at"]),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new("session")).take()).await?;
        for column in columns() {
            manager.alter_table(Table::alter().table(Alias::new("account")).add_column(column).take()).await?;
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
        for table in ["account_event", "identity_flow", "identity_link", "recovery", "sign_in_guard", "api_token"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).take()).await?;
        }
        manager.drop_table(Table::drop().table(Alias::new("session")).take()).await?;
        manager.drop_index(Index::drop().name("filing_of_authority").table(Alias::new("filing")).to_owned()).await?;
        manager.drop_index(Index::drop().name("account_holder").table(Alias::new("account")).to_owned()).await?;
        for column in columns() {
            let name = Alias::new(column.get_column_name());
            manager.alter_table(Table::alter().table(Alias::new("account")).drop_column(name).take()).await?;
        }
        manager
            .create_table(
                table("session")
                    .col(text("token_hash").primary_key())
                    .col(uuid("account_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .foreign_key(&mut of_account("session"))
                    .take(),
            )
            .await?;
        manager.create_index(index("session", "session_by_account", &["account_id"])).await
    }
}
