//! The accounts that an office answers for.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::access::SessionState;
use crate::domain::actor::{Actor, Role};
use crate::domain::lifecycle::Stage;
use crate::error::{Error, Result};
use crate::store::entity::{account, filing, session};
use crate::store::{Store, Tx};

/// How somebody names an account.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    Login(&'a str),
    Id(Uuid),
}

/// The accounts whose holders `actor` may let in again: the scope is part of the query, so nothing else is ever loaded.
/// Those that `holding` begins hold what was imported, and are nobody's.
fn scoped(actor: &Actor, holding: &str) -> Select<account::Entity> {
    let find = account::Entity::find().filter(account::Column::Login.not_like(format!("{holding}%")));
    match (actor.role, actor.authority) {
        (Role::Admin, _) => find,
        (Role::Officer | Role::Approver, Some(authority)) => find
            .filter(account::Column::Role.eq(Role::Clinic))
            .filter(account::Column::Id.in_subquery(filed_with(authority.0))),
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

/// Who submitted a filing to this authority: a draft is the clinic's alone.
fn filed_with(authority: Uuid) -> SelectStatement {
    Query::select()
        .column(filing::Column::OwnerId)
        .from(filing::Entity)
        .and_where(filing::Column::AuthorityId.eq(authority))
        .and_where(filing::Column::Stage.ne(Stage::Draft))
        .to_owned()
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, which: Which<'_>, holding: &str) -> Result<account::Model> {
    let find = match which {
        Which::Login(login) => scoped(actor, holding).filter(account::Column::Login.eq(login)),
        Which::Id(id) => scoped(actor, holding).filter(account::Column::Id.eq(id)),
    };
    find.one(db).await?.ok_or(Error::NotFound("account"))
}

impl Store {
    /// An account within the actor's scope.
    pub async fn person(&self, actor: &Actor, which: Which<'_>, holding: &str) -> Result<account::Model> {
        find(&self.read, actor, which, holding).await
    }

    /// Up to `limit` accounts within the actor's scope whose login or name has `text` in it, by login.
    pub async fn people(&self, actor: &Actor, text: &str, limit: u64, holding: &str) -> Result<Vec<account::Model>> {
        let like = LikeExpr::new(format!("%{}%", escaped(&text.to_lowercase()))).escape('\\');
        let has = |column: account::Column| Func::lower(Expr::col((account::Entity, column))).like(like.clone());
        let found = scoped(actor, holding)
            .filter(Condition::any().add(has(account::Column::Login)).add(has(account::Column::DisplayName)))
            .order_by_asc(account::Column::Login)
            .limit(limit);
        Ok(found.all(&self.read).await?)
    }

    /// When an account last signed in, as far as its sessions are kept.
    pub async fn last_signed_in(&self, account: Uuid) -> Result<Option<DateTime<Utc>>> {
        let last = session::Entity::find()
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::State.eq(SessionState::Full))
            .order_by_desc(session::Column::CreatedAt)
            .limit(1);
        Ok(last.one(&self.read).await?.map(|row| row.created_at))
    }
}

impl Tx {
    /// An account within the actor's scope.
    pub async fn person(&self, actor: &Actor, which: Which<'_>, holding: &str) -> Result<account::Model> {
        find(&self.0, actor, which, holding).await
    }
}

/// A text in which nothing stands for something else.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| "\\%_".contains(c)).chain([c])).collect()
}
