//! The contract of the API for people: what there is, and each operation on a page of its own.

use std::sync::Arc;

use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::edge::wording;
use crate::portal::document::Document;
use crate::portal::page;
use crate::portal::page::Oops;

/// Every operation by group, and the conventions.
#[handler]
pub fn list(app: Data<&App>, document: Data<&Arc<Document>>) -> Result<Response, Oops> {
    page::page(&app, "docs.html", &document.contents)
}

/// One operation: who may call it, what it takes, what it answers.
#[handler]
pub fn show(app: Data<&App>, document: Data<&Arc<Document>>, Path(id): Path<String>) -> Result<Response, Oops> {
    let operation = document.operations.get(&id).ok_or(&wording::NOT_FOUND)?;
    page::page(&app, "operation.html", operation)
}
