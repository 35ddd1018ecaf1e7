//! Materials that arrive in pieces.

use chrono::TimeDelta;
use clinic_registry::domain::material::{LARGEST_PIECE, MAX_FILE, MAX_UPLOADS, SMALLEST_PIECE};
use clinic_registry::usecase::demonstration::PASSWORD;
use clinic_registry::usecase::retention;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer, Call};
use crate::support::app::{Shared, TestApp, monday};
use crate::support::builders::pdf_file;
use crate::support::database::Fresh;
use crate::support::process::Served;

pub mod pages;

static APP: Shared = Shared::new();

/// A PDF file of so many bytes.
fn large(what: &str, size: usize) -> Vec<u8> {
    let mut file = pdf_file(what);
    file.resize(size, b' ');
    file
}

/// Begins an upload.
pub async fn begun(clinic: &Actor, filing: &Value, code: &str, name: &str, size: u64) -> Value {
    begin(clinic, filing, code, name, size).once().send().await.expect(201)
}

/// Begins an upload under a key: the same key leads to the same one.
pub async fn begun_as(key: &str, clinic: &Actor, filing: &Value, size: u64) -> Value {
    begin(clinic, filing, "floor_plan", "a.pdf", size).key(key).send().await.expect(201)
}

fn begin(clinic: &Actor, filing: &Value, code: &str, name: &str, size: u64) -> Call {
    clinic.filing("upload_create", filing).json(&json!({ "code": code, "file_name": name, "size": size }))
}

fn of(clinic: &Actor, operation: &str, filing: &Value, upload: &Value) -> Call {
    clinic.filing(operation, filing).path("upload_id", upload["id"].as_str().unwrap())
}

fn piece(clinic: &Actor, filing: &Value, upload: &Value, offset: usize, bytes: &[u8]) -> Call {
    let call = of(clinic, "upload_append", filing, upload).header("Upload-Offset", offset.to_string());
    call.body("application/offset+octet-stream", bytes.to_vec())
}

async fn append(clinic: &Actor, filing: &Value, upload: &Value, offset: usize, bytes: &[u8]) -> Answer {
    piece(clinic, filing, upload, offset, bytes).send().await
}

async fn materials(clinic: &Actor, filing: &Value) -> Vec<Value> {
    clinic.filing("material_list", filing).send().await.expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn pieces_in_order_become_one_material() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let file = large("in order", 700_000);
        let answer = begin(&clinic, &draft, "floor_plan", "../平面图.exe", 700_000).once().send().await;
        let location = answer.header("location").to_owned();
        let upload = answer.expect(201);
        assert!(location.ends_with(&format!("/uploads/{}", upload["id"].as_str().unwrap())), "{location}");
        assert_eq!(
            (&upload["received"], &upload["size"], &upload["material"]),
            (&json!(0), &json!(700_000), &Value::Null)
        );
        assert_eq!(upload["expires_at"], json!("2026-11-24T02:00:00+00:00"));

        for (from, to) in [(0, 300_000), (300_000, 600_000)] {
            let answer = append(&clinic, &draft, &upload, from, &file[from..to]).await;
            assert_eq!(
                (answer.header("upload-offset"), answer.header("upload-length")),
                (to.to_string().as_str(), "700000")
            );
            let state = answer.expect(200);
            assert_eq!((&state["received"], &state["material"]), (&json!(to), &Value::Null));
            assert_eq!(of(&clinic, "upload_view", &draft, &upload).send().await.expect(200), state);
            assert!(materials(&clinic, &draft).await.is_empty(), "nothing is there before all of it is");
        }
        let state = append(&clinic, &draft, &upload, 600_000, &file[600_000..]).await.expect(200);
        assert_eq!(materials(&clinic, &draft).await, [state["material"].clone()]);
        assert_eq!(state["material"]["file_name"], "平面图.pdf");
        let call =
            clinic.filing("material_view", &draft).path("material_id", state["material"]["id"].as_str().unwrap());
        assert!(call.send().await.bytes == file, "it comes back as it was sent");
    });
}

#[test]
fn whoever_lost_an_answer_goes_on_where_the_service_is() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let file = large("lost answers", 100_000);
        let key = "the-same-begin";
        let upload = begin(&clinic, &draft, "floor_plan", "a.pdf", 100_000).key(key).send().await.expect(201);
        let again = begin(&clinic, &draft, "floor_plan", "a.pdf", 100_000).key(key).send().await.expect(201);
        assert_eq!(again["id"], upload["id"], "one effect per key");
        begin(&clinic, &draft, "floor_plan", "a.pdf", 100_001).key(key).send().await.problem(422, "idempotency.reused");

        append(&clinic, &draft, &upload, 0, &file[..50_000]).await.expect(200);
        // The same piece again, one that leaves a gap, and one from before the end.
        for (offset, bytes) in [(0, &file[..50_000]), (60_000, &file[60_000..]), (40_000, &file[40_000..])] {
            let problem = append(&clinic, &draft, &upload, offset, bytes).await.problem(409, "upload.offset");
            assert!(problem["detail"].as_str().unwrap().contains("50000"), "{problem}");
            assert!(problem["detail_en"].as_str().unwrap().contains("Upload-Offset: 50000"), "{problem}");
        }
        let state = append(&clinic, &draft, &upload, 50_000, &file[50_000..]).await.expect(200);
        // The last answer was lost, too: nothing comes in twice.
        append(&clinic, &draft, &upload, 50_000, &file[50_000..]).await.problem(409, "upload.offset");
        assert_eq!(append(&clinic, &draft, &upload, 100_000, &[]).await.expect(200), state);
        assert_eq!(of(&clinic, "upload_view", &draft, &upload).send().await.expect(200), state);
        assert_eq!(materials(&clinic, &draft).await.len(), 1);
        // Giving it up now takes nothing back.
        of(&clinic, "upload_delete", &draft, &upload).send().await.expect(204);
        of(&clinic, "upload_view", &draft, &upload).send().await.problem(404, "resource.not_found");
        assert_eq!(materials(&clinic, &draft).await.len(), 1);
    });
}

#[test]
fn two_who_send_the_last_piece_at_once_make_one_material() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let file = large("at once", 60_000);
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", 60_000).await;
        let hands: Vec<_> = (0..4).map(|_| tokio::spawn(piece(&clinic, &draft, &upload, 0, &file).send())).collect();
        let mut answers = vec![];
        for hand in hands {
            answers.push(hand.await.unwrap().status);
        }
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409, 409]);
        assert_eq!(materials(&clinic, &draft).await.len(), 1);
    });
}

#[test]
fn what_is_wrong_is_said_before_a_byte_is_sent() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let refused = async |code: &str, size: u64| begin(&clinic, &draft, code, "a.pdf", size).once().send().await;
        let problem = refused("floor_plan", MAX_FILE + 5_500_000).await.problem(413, "request.too_large");
        let words = problem["detail"].as_str().unwrap();
        assert!(words.contains("25.3 MB") && words.contains("20 MB"), "{words}");
        refused("floor_plan", 0).await.problem(415, "material.file_type");
        let problem = refused("no_such", 10).await.problem(422, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/code");

        let filing = app.received().await;
        begin(&clinic, &filing, "floor_plan", "a.pdf", 10).once().send().await.problem(409, "filing.locked");
    });
}

#[test]
fn pieces_have_a_size_to_go_on_with() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let size = 2 * LARGEST_PIECE as usize;
        let file = large("sizes", size);
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", size as u64).await;
        let largest = LARGEST_PIECE as usize;
        append(&clinic, &draft, &upload, 0, &file[..=largest]).await.problem(413, "request.too_large");
        let small = SMALLEST_PIECE as usize - 1;
        append(&clinic, &draft, &upload, 0, &file[..small]).await.problem(422, "request.invalid");
        append(&clinic, &draft, &upload, 0, &file[..largest]).await.expect(200);
        append(&clinic, &draft, &upload, largest, &file[largest..size - 10]).await.expect(200);
        let problem = append(&clinic, &draft, &upload, size - 10, &[b' '; 11]).await.problem(422, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/body");
        // The last one may be small.
        append(&clinic, &draft, &upload, size - 10, &[b' '; 10]).await.expect(200);
        assert_eq!(materials(&clinic, &draft).await.len(), 1);
        // Another type of content is no piece.
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", 10).await;
        let call = of(&clinic, "upload_append", &draft, &upload).header("Upload-Offset", "0");
        call.body("application/pdf", b"%PDF-1.4\n ".to_vec()).send().await.problem(415, "request.media_type");
        let call = of(&clinic, "upload_append", &draft, &upload);
        call.body("application/offset+octet-stream", b"%PDF-1.4\n ".to_vec())
            .send()
            .await
            .problem(422, "request.invalid");
    });
}

#[test]
fn a_file_that_cannot_be_taken_is_refused_as_soon_as_it_shows_and_forgotten() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let beginning = |first: &[u8]| {
            let mut file = first.to_vec();
            file.resize(40_000, 0);
            file
        };
        for (first, says) in [
            (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], "兼容性最佳"),
            (&b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0"[..], "另存为"),
            (&b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0"[..], "PDF、JPG、PNG"),
        ] {
            let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", 90_000).await;
            let answer = append(&clinic, &draft, &upload, 0, &beginning(first)).await;
            let problem = answer.problem(415, "material.file_type");
            assert!(problem["detail"].as_str().unwrap().contains(says), "{problem}");
            of(&clinic, "upload_view", &draft, &upload).send().await.problem(404, "resource.not_found");
        }
        // Of one that shows only when it is whole nothing stays, either.
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", 12).await;
        append(&clinic, &draft, &upload, 0, b"PK\x03\x04\x14\0\x06\0\x08\0\0\0")
            .await
            .problem(415, "material.file_type");
        of(&clinic, "upload_view", &draft, &upload).send().await.problem(404, "resource.not_found");
        assert!(materials(&clinic, &draft).await.is_empty());
    });
}

/// A PDF of one page that is encrypted, with this password to open it.
pub fn encrypted(password: &str) -> Vec<u8> {
    use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
    use lopdf::{Document, Object, Stream, StringFormat, dictionary};
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(dictionary! {}, b"BT ET".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Contents" => content,
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let id = Object::String(b"0123456789abcdef".to_vec(), StringFormat::Literal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = vec![];
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_pdf_that_nobody_could_open_is_refused_whichever_way_it_comes() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let (locked, open) = (encrypted("secret"), encrypted(""));
        let problem =
            clinic.upload(&draft, "floor_plan", "a.pdf", locked.clone()).await.problem(422, "material.encrypted");
        assert!(problem["detail"].as_str().unwrap().contains("取消密码"), "{problem}");
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", locked.len() as u64).await;
        append(&clinic, &draft, &upload, 0, &locked).await.problem(422, "material.encrypted");
        of(&clinic, "upload_view", &draft, &upload).send().await.problem(404, "resource.not_found");
        // One that is only kept from being edited opens for everybody; one that speaks of it is none.
        clinic.upload(&draft, "floor_plan", "a.pdf", open).await.expect(201);
        clinic.upload(&draft, "floor_plan", "a.pdf", pdf_file("/Encryption and /Encrypt are words")).await.expect(201);
        assert_eq!(materials(&clinic, &draft).await.len(), 2);
    });
}

#[test]
fn an_upload_is_its_owners_and_ends_with_the_filing() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = app.complete_draft().await;
        let file = large("ends", 50_000);
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", 50_000).await;
        append(&clinic, &draft, &upload, 0, &file[..20_000]).await.expect(200);
        let other = app.other_clinic();
        append(&other, &draft, &upload, 20_000, &file[20_000..]).await.problem(404, "resource.not_found");
        for operation in ["upload_view", "upload_delete"] {
            of(&other, operation, &draft, &upload).send().await.problem(404, "resource.not_found");
        }
        // Nor through a filing of one's own, whosever it is.
        for somebody in [&clinic, &other] {
            let own = somebody.draft(&json!({})).await;
            of(somebody, "upload_view", &own, &upload).send().await.problem(404, "resource.not_found");
            append(somebody, &own, &upload, 20_000, &file[20_000..]).await.problem(404, "resource.not_found");
        }
        let before = materials(&clinic, &draft).await;
        clinic.submit(&draft).await.expect(200);
        append(&clinic, &draft, &upload, 20_000, &file[20_000..]).await.problem(409, "filing.locked");
        assert_eq!(materials(&clinic, &draft).await, before, "nothing comes in behind the office's back");
        of(&clinic, "upload_delete", &draft, &upload).send().await.expect(204);
    });
}

#[test]
fn an_account_has_so_many_unfinished_files_and_no_more() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let (draft, another) = (clinic.draft(&json!({})).await, clinic.draft(&json!({})).await);
        let mut uploads = vec![];
        for _ in 0..MAX_UPLOADS {
            uploads.push(begun(&clinic, &draft, "floor_plan", "a.pdf", 100).await);
        }
        let full = async || begin(&clinic, &another, "floor_plan", "a.pdf", 100).once().send().await;
        full().await.problem(409, "upload.full");
        // Others are not concerned.
        let other = app.other_clinic();
        begun(&other, &other.draft(&json!({})).await, "floor_plan", "a.pdf", 100).await;
        of(&clinic, "upload_delete", &draft, &uploads[0]).send().await.expect(204);
        full().await.expect(201);
        full().await.problem(409, "upload.full");
        // What has arrived whole counts no longer, nor what is given up.
        let file = large("whole", 100);
        append(&clinic, &draft, &uploads[1], 0, &file).await.expect(200);
        full().await.expect(201);
        full().await.problem(409, "upload.full");
    });
}

#[test]
fn what_nobody_goes_on_with_is_forgotten_after_a_day() {
    support::run(async {
        let mut app = TestApp::start().await;
        let draft = app.clinic().draft(&json!({})).await;
        let file = large("forgotten", 50_000);
        let left = begun(&app.clinic(), &draft, "floor_plan", "left.pdf", 50_000).await;
        append(&app.clinic(), &draft, &left, 0, &file[..20_000]).await.expect(200);
        let kept = begun(&app.clinic(), &draft, "floor_plan", "kept.pdf", 50_000).await;
        let done = begun(&app.clinic(), &draft, "floor_plan", "done.pdf", 50_000).await;
        append(&app.clinic(), &draft, &done, 0, &file).await.expect(200);
        app.travel("2026-11-23T12:00:00Z").await;
        append(&app.clinic(), &draft, &kept, 0, &file[..20_000]).await.expect(200);

        app.app.clock.set(monday() + TimeDelta::hours(24));
        assert_eq!(retention::sweep(&app.app).await.unwrap().uploads, 0, "a day is not over");
        app.travel("2026-11-24T02:00:01Z").await;
        assert_eq!(retention::sweep(&app.app).await.unwrap().uploads, 2);
        assert_eq!(retention::sweep(&app.app).await.unwrap().uploads, 0);
        of(&app.clinic(), "upload_view", &draft, &left).send().await.problem(404, "resource.not_found");
        assert_eq!(materials(&app.clinic(), &draft).await.len(), 1, "what it has become stays");
        append(&app.clinic(), &draft, &kept, 20_000, &file[20_000..]).await.expect(200);
        assert_eq!(materials(&app.clinic(), &draft).await.len(), 2);
    });
}

#[test]
fn killed_between_pieces_the_service_goes_on_where_it_was() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let start = || Served::start(&data, &fresh.url, &log, &["--log", "warn"]);
        let mut served = start();
        let mut clinic = served.nobody.signed_in("demo-clinic", PASSWORD).await;
        let draft = clinic.draft(&json!({})).await;
        let file = large("killed", 150_000);
        let upload = begun(&clinic, &draft, "floor_plan", "a.pdf", 150_000).await;
        for from in (0..150_000).step_by(30_000) {
            // What was acknowledged is there, whatever became of the piece that was under way.
            let unanswered = tokio::spawn(piece(&clinic, &draft, &upload, from, &file[from..from + 30_000]).attempt());
            if from % 60_000 == 0 {
                drop(unanswered.await.unwrap().unwrap().expect(200));
                served.kill();
            } else {
                served.kill();
                drop(unanswered.await.unwrap());
            }
            served = start();
            clinic = Actor { base: served.nobody.base.clone(), http: reqwest::Client::new(), ..clinic };
            let state = of(&clinic, "upload_view", &draft, &upload).send().await.expect(200);
            let received = state["received"].as_u64().unwrap() as usize;
            assert!(received == from + 30_000 || (from % 60_000 != 0 && received == from), "{received} after {from}");
            if received == from {
                append(&clinic, &draft, &upload, from, &file[from..from + 30_000]).await.expect(200);
            }
        }
        let list = materials(&clinic, &draft).await;
        assert_eq!(list.len(), 1);
        let call = clinic.filing("material_view", &draft).path("material_id", list[0]["id"].as_str().unwrap());
        assert!(call.send().await.bytes == file, "it is as it was sent");
    });
}
