//! Registration, for whoever owns a clinic.

use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::api::sessions::ActorView;
use crate::app::App;
use crate::domain::access::HolderKind;
use crate::usecase::accounts;
use crate::usecase::pace::Client;

/// Who registers.
#[derive(Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct AccountCreate {
    /// 登录名: 3 to 40 letters, digits or symbols
    #[oai(validator(min_length = 1, max_length = 40))]
    pub login: String,
    /// 密码: at least 12 characters
    #[oai(validator(min_length = 1, max_length = 200))]
    pub password: String,
    /// 姓名或者单位名称
    #[oai(validator(min_length = 1, max_length = 60))]
    pub name: String,
    /// 以单位还是个人的名义
    pub holder_kind: HolderKind,
    /// 统一社会信用代码或者公民身份号码; kept sealed, and one account each
    #[oai(validator(min_length = 1, max_length = 40))]
    pub holder_number: String,
}

#[derive(ApiResponse)]
pub enum AccountCreated {
    /// Registered, as a clinic; now sign in.
    #[oai(status = 201)]
    Created(Json<ActorView>),
}

pub struct Accounts;

#[OpenApi(tag = "Tag::Sessions")]
impl Accounts {
    /// 注册诊所账号 · Register the owner of a clinic
    #[oai(path = "/accounts", method = "post", operation_id = "account_create")]
    async fn create(
        &self,
        app: Data<&App>,
        client: Data<&Client>,
        body: Body<AccountCreate>,
    ) -> Result<AccountCreated, Problem> {
        let AccountCreate { login, password, name, holder_kind, holder_number } = &body.value;
        let new = accounts::Registration { login, password, name, holder_kind: Some(*holder_kind), holder_number };
        let row = accounts::register(&app, new, &client).await?;
        Ok(AccountCreated::Created(Json(accounts::actor_of(row).into())))
    }
}
