//! Rows of who may come in.

use super::types;

rows! {
    /// A person or office that signs in.
    account("account") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        login: String,
        password_hash: String,
        display_name: String,
        role: Role,
        authority_id: Option<Uuid>,
        demonstration: bool,
        created_at: DateTime<Utc>,
        holder_kind: Option<HolderKind>,
        holder_sealed: Option<String>,
        holder_digest: Option<String>,
        totp_sealed: Option<String>,
        totp_step: Option<i64>,
        password_changed_at: Option<DateTime<Utc>>,
        closed_at: Option<DateTime<Utc>>,
    }
    /// A session; only the hash of its token.
    session("session") {
        #[sea_orm(primary_key, auto_increment = false)] token_hash: String,
        id: Uuid,
        account_id: Uuid,
        state: SessionState,
        door: Door,
        device: String,
        created_at: DateTime<Utc>,
        seen_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        enrolment_sealed: Option<String>,
    }
    /// A platform's token; only its hash.
    api_token("api_token") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid,
        name: String,
        scopes: String,
        token_hash: String,
        prefix: String,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        used_at: Option<DateTime<Utc>>,
        ended_at: Option<DateTime<Utc>>,
    }
    /// Failed sign-ins since the last that succeeded.
    sign_in_guard("sign_in_guard") {
        #[sea_orm(primary_key, auto_increment = false)] bucket: String,
        failures: i32,
        blocked_until: DateTime<Utc>,
        failed_at: DateTime<Utc>,
    }
    /// A code by which an office lets somebody in again.
    recovery("recovery") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid,
        code_hash: String,
        issuer_id: Option<Uuid>,
        issuer_name: String,
        reason: String,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
        used_at: Option<DateTime<Utc>>,
    }
    /// Who an account is at another identity provider.
    identity_link("identity_link") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid,
        issuer: String,
        subject: String,
        created_at: DateTime<Utc>,
    }
    /// A sign-in that is under way at another provider.
    identity_flow("identity_flow") {
        #[sea_orm(primary_key, auto_increment = false)] state_hash: String,
        nonce: String,
        verifier_sealed: String,
        back_to: String,
        account_id: Option<Uuid>,
        expires_at: DateTime<Utc>,
    }
    /// What happened to an account, by whom.
    account_event("account_event") {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid,
        kind: String,
        detail: String,
        actor_id: Option<Uuid>,
        actor_name: String,
        at: DateTime<Utc>,
    }
}
