//! Pages: what asks for one, templates, and errors as pages.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::sync::LazyLock;

use minijinja::Environment;
use minijinja::Error as TemplateError;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::context;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::value::Serde;
use minijinja::value::merge_maps;
use poem::Endpoint;
use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::error::ResponseError;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header;
use serde::Serialize;

use crate::app::App;
use crate::domain::actor::Role;
use crate::edge::wording;
use crate::edge::wording::Kind;
use crate::edge::wording::Worded;
use crate::error::Error;
use crate::portal::assets;
use crate::portal::look::Lang;
use crate::portal::look::Look;
use crate::portal::texts::Texts;

/// How long a page may be kept, seconds: short, since what it says may be withdrawn at any time.
const KEPT: &str = "public, max-age=30";

/// Every template. The name ends in `.html`, and everything printed is escaped.
const TEMPLATES: &[(&str, &str)] = &[
    ("layout.html", include_str!("templates/layout.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("home.html", include_str!("templates/home.html")),
    ("find.html", include_str!("templates/find.html")),
    ("verification.html", include_str!("templates/verification.html")),
    ("paper_check.html", include_str!("templates/paper_check.html")),
    ("offline.html", include_str!("templates/offline.html")),
    ("clinics.html", include_str!("templates/clinics.html")),
    ("clinic.html", include_str!("templates/clinic.html")),
    ("lookup_parts.html", include_str!("templates/lookup_parts.html")),
    ("near.html", include_str!("templates/near.html")),
    ("telemedicine.html", include_str!("templates/telemedicine.html")),
    ("complaint_parts.html", include_str!("templates/complaint_parts.html")),
    ("complaint.html", include_str!("templates/complaint.html")),
    ("complaint_receipt.html", include_str!("templates/complaint_receipt.html")),
    ("complaint_follow.html", include_str!("templates/complaint_follow.html")),
    ("guide.html", include_str!("templates/guide.html")),
    ("guide_matter.html", include_str!("templates/guide_matter.html")),
    ("guide_parts.html", include_str!("templates/guide_parts.html")),
    ("guide_questions.html", include_str!("templates/guide_questions.html")),
    ("guide_check.html", include_str!("templates/guide_check.html")),
    ("announcements.html", include_str!("templates/announcements.html")),
    ("access_signup.html", include_str!("templates/access_signup.html")),
    ("access_signup_done.html", include_str!("templates/access_signup_done.html")),
    ("access_tokens.html", include_str!("templates/access_tokens.html")),
    ("access_token_made.html", include_str!("templates/access_token_made.html")),
    ("access_link.html", include_str!("templates/access_link.html")),
    ("access_forward.html", include_str!("templates/access_forward.html")),
    ("access_unlinked.html", include_str!("templates/access_unlinked.html")),
    ("access_form.html", include_str!("templates/access_form.html")),
    ("access_parts.html", include_str!("templates/access_parts.html")),
    ("signin.html", include_str!("templates/signin.html")),
    ("second_factor.html", include_str!("templates/second_factor.html")),
    ("enrol.html", include_str!("templates/enrol.html")),
    ("recover.html", include_str!("templates/recover.html")),
    ("account.html", include_str!("templates/account.html")),
    ("password.html", include_str!("templates/password.html")),
    ("factor.html", include_str!("templates/factor.html")),
    ("people.html", include_str!("templates/people.html")),
    ("person.html", include_str!("templates/person.html")),
    ("person_code.html", include_str!("templates/person_code.html")),
    ("person_close.html", include_str!("templates/person_close.html")),
    ("held.html", include_str!("templates/held.html")),
    ("my_desk.html", include_str!("templates/my_desk.html")),
    ("my_filing.html", include_str!("templates/my_filing.html")),
    ("my_section.html", include_str!("templates/my_section.html")),
    ("my_items.html", include_str!("templates/my_items.html")),
    ("my_check.html", include_str!("templates/my_check.html")),
    ("my_done.html", include_str!("templates/my_done.html")),
    ("my_case.html", include_str!("templates/my_case.html")),
    ("my_withdraw.html", include_str!("templates/my_withdraw.html")),
    ("my_clinic.html", include_str!("templates/my_clinic.html")),
    ("my_telemedicine.html", include_str!("templates/my_telemedicine.html")),
    ("my_copies.html", include_str!("templates/my_copies.html")),
    ("my_parts.html", include_str!("templates/my_parts.html")),
    ("my_materials.html", include_str!("templates/my_materials.html")),
    ("my_materials_parts.html", include_str!("templates/my_materials_parts.html")),
    ("join.html", include_str!("templates/join.html")),
    ("join_done.html", include_str!("templates/join_done.html")),
    ("my_inbox.html", include_str!("templates/my_inbox.html")),
    ("my_contacts.html", include_str!("templates/my_contacts.html")),
    ("my_people.html", include_str!("templates/my_people.html")),
    ("my_people_code.html", include_str!("templates/my_people_code.html")),
    ("my_people_end.html", include_str!("templates/my_people_end.html")),
    ("problem.html", include_str!("templates/problem.html")),
    ("problems.html", include_str!("templates/problems.html")),
    ("docs.html", include_str!("templates/docs.html")),
    ("operation.html", include_str!("templates/operation.html")),
    ("design.html", include_str!("templates/design.html")),
    ("ui.html", include_str!("templates/ui.html")),
    ("error.html", include_str!("templates/error.html")),
];

/// The templates in each language, as they are built in.
static PAGES: LazyLock<anyhow::Result<Vec<Environment<'static>>>> =
    LazyLock::new(|| Lang::ALL.iter().map(|lang| environment(Texts::built_in(*lang)?, None)).collect());

/// The templates that speak one language: built in, or read from a directory by who writes them.
fn environment(texts: Texts, dir: Option<&Path>) -> anyhow::Result<Environment<'static>> {
    let lang = texts.lang();
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    // Messages are escaped where they place something: see `Texts::say`.
    pages.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    pages.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    pages.add_global("lang", lang.code());
    pages.add_global("lang_tag", lang.tag());
    let texts = Arc::new(texts);
    let told = Arc::clone(&texts);
    pages.add_function("t", move |key: &str, placed: Kwargs| told.say(key, &placed));
    let perhaps = Arc::clone(&texts);
    // A message that need not be there.
    pages.add_function("maybe", move |key: &str| perhaps.maybe(key));
    pages.add_function("asset", |file: &str| assets::path(file).map(Value::from_safe_string));
    // A sentence that comes in both languages, in the page's own.
    pages.add_filter("said", move |words: Value| words.get_attr(lang.code()));
    // What is wrong in one field of a form.
    pages.add_filter("of", |wrong: Vec<Value>, field: &str| -> Result<Vec<Value>, TemplateError> {
        let mut own = vec![];
        for one in wrong {
            if one.get_attr("field")?.as_str() == Some(field) {
                own.push(one.get_attr("words")?);
            }
        }
        Ok(own)
    });
    for (name, source) in TEMPLATES {
        match dir {
            None => pages.add_template(name, source)?,
            Some(dir) => pages.add_template_owned(*name, std::fs::read_to_string(dir.join("templates").join(name))?)?,
        }
    }
    Ok(pages)
}

/// Who asks for a page: the application, and how the page is to look.
#[derive(Clone)]
pub struct Ask {
    pub app: App,
    pub look: Look,
    /// Who is signed in, on pages that ask for it.
    pub known: Option<Known>,
}

/// What a page tells of who is signed in, and what its forms carry.
#[derive(Clone, Serialize)]
pub struct Known {
    pub name: String,
    pub role: Role,
    pub form_token: String,
}

impl Deref for Ask {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl Ask {
    /// Who asks with this request; nothing where it does not carry the application.
    pub fn of(request: &Request) -> Option<Self> {
        let app: &App = request.data()?;
        Some(Self { app: app.clone(), look: Look::of(request), known: None })
    }
}

impl<'a> FromRequest<'a> for Ask {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request).ok_or(poem::error::GetDataError("App"))?)
    }
}

/// An error on its way to a page.
#[derive(Debug)]
pub struct Oops(pub Box<Worded>);

impl From<Error> for Oops {
    fn from(error: Error) -> Self {
        Self(Box::new(wording::of(error)))
    }
}

impl From<&Kind> for Oops {
    fn from(kind: &Kind) -> Self {
        Self(Box::new(kind.worded()))
    }
}

impl std::fmt::Display for Oops {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code)
    }
}

impl std::error::Error for Oops {}

impl ResponseError for Oops {
    fn status(&self) -> StatusCode {
        status(&self.0)
    }
}

fn status(worded: &Worded) -> StatusCode {
    StatusCode::from_u16(worded.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Ask {
    /// Renders `template` with `view`, in the frame that all pages share.
    fn html(&self, template: &str, view: Value) -> Result<String, Error> {
        let frame = context! {
            large => self.look.large,
            here => &self.look.here,
            in_other_language => self.look.here_with(&format!("lang={}", self.look.lang.other().code())),
            in_other_size => self.look.here_with(if self.look.large { "large=0" } else { "large=1" }),
            known => Value::from(Serde(&self.known)),
            host => self.app.settings.host(),
            demonstration => self.app.settings.demonstration,
        };
        // What comes later wins.
        let context = merge_maps([view, frame]);
        let rendered = |pages: &Environment<'_>| -> Result<String, TemplateError> {
            pages.get_template(template)?.render(&context)
        };
        if let Some(dir) = &self.app.settings.pages {
            let texts = Texts::from_dir(self.look.lang, &dir.join("texts"))?;
            return Ok(rendered(&environment(texts, Some(dir))?).map_err(anyhow::Error::from)?);
        }
        let pages = PAGES.as_ref().map_err(|e| anyhow::anyhow!("pages: {e:#}"))?;
        let own = Lang::ALL.iter().zip(pages).find(|(lang, _)| **lang == self.look.lang);
        let (_, pages) = own.ok_or_else(|| anyhow::anyhow!("no pages in this language"))?;
        Ok(rendered(pages).map_err(anyhow::Error::from)?)
    }

    /// A page that shows `view`.
    pub fn page(&self, template: &str, view: &impl serde::Serialize) -> Result<Response, Oops> {
        self.respond(StatusCode::OK, template, view)
    }

    /// A page that shows `view`, with a status of its own.
    pub fn respond(&self, status: StatusCode, template: &str, view: &impl serde::Serialize) -> Result<Response, Oops> {
        let body = self.html(template, Value::from(Serde(view)))?;
        let kept = if status == StatusCode::OK { KEPT } else { "no-store" };
        Ok(Response::builder()
            .status(status)
            .content_type("text/html; charset=utf-8")
            .header(header::CACHE_CONTROL, kept)
            .header(header::VARY, "Cookie")
            .header(header::CONTENT_LANGUAGE, self.look.lang.tag())
            .body(body))
    }

    /// A page that is one person's: kept nowhere.
    pub fn private(&self, status: StatusCode, template: &str, view: &impl serde::Serialize) -> Result<Response, Oops> {
        let mut response = self.respond(status, template, view)?;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Else a browser would hide from us where its form comes from.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        Ok(response)
    }

    /// Leads to another page, after something was done or nothing is here.
    pub fn redirect(&self, to: &str) -> Response {
        Response::builder()
            .status(StatusCode::SEE_OTHER)
            .header(header::LOCATION, to)
            .header(header::CACHE_CONTROL, "no-store")
            .finish()
    }

    /// An error in words as a page.
    fn error_page(&self, worded: &Worded) -> Result<String, Error> {
        let fields: Vec<Value> =
            worded.fields.iter().map(|field| context! { zh => &field.zh, en => &field.en }).collect();
        let view = context! {
            title => context! { zh => worded.title, en => worded.title_en },
            words => context! { zh => &worded.zh, en => &worded.en },
            code => worded.code,
            fields => fields,
        };
        self.html("error.html", view)
    }
}

/// Turns every error, the framework's too, into a page with words, and remembers how pages are to look.
pub async fn worded<E: Endpoint<Output = Response>>(inner: Arc<E>, request: Request) -> poem::Result<Response> {
    let look = Look::of(&request);
    let ask = Ask::of(&request);
    let mut response = match inner.call(request).await {
        Ok(response) => response,
        Err(error) if error.is_from_response() => error.into_response(),
        Err(error) => {
            let worded = match error.downcast_ref::<Oops>() {
                Some(oops) => (*oops.0).clone(),
                None => framework(error.status()).worded(),
            };
            refusal(ask.as_ref(), &worded)
        }
    };
    if let Some(cookie) = look.remember(ask.as_ref().is_some_and(|ask| ask.settings.secure())) {
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, cookie);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// An error in words as a page; as plain text where no page can be made.
pub fn refusal(ask: Option<&Ask>, worded: &Worded) -> Response {
    let body = ask.and_then(|ask| ask.error_page(worded).map_err(wording::of).ok());
    let (kind, body) = match body {
        Some(body) => ("text/html; charset=utf-8", body),
        None => ("text/plain; charset=utf-8", format!("{}\n{}\n{}\n", worded.title, worded.zh, worded.en)),
    };
    let mut response =
        Response::builder().status(status(worded)).content_type(kind).header(header::CACHE_CONTROL, "no-store");
    if let Some(seconds) = worded.retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    response.extension(wording::Code(worded.code)).body(body)
}

/// The kind of an error that the framework answered.
fn framework(status: StatusCode) -> &'static Kind {
    match status {
        StatusCode::NOT_FOUND => &wording::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &wording::METHOD,
        StatusCode::PAYLOAD_TOO_LARGE => &wording::TOO_LARGE,
        StatusCode::LENGTH_REQUIRED => &wording::LENGTH,
        status if status.is_client_error() => &wording::MALFORMED,
        _ => &wording::INTERNAL,
    }
}
