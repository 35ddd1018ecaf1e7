//! Photos of reports: the picture and nothing else.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::complaints::{about_place, case, sent, step};
use crate::support;
use crate::support::actors::Answer;
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

/// What must not be found in what is kept.
const PLANTED: &str = "PLANTED-36.4512N-115.9854E";

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let drawn = RgbImage::from_fn(width, height, |x, y| Rgb([(x % 251) as u8, (y % 241) as u8, 90]));
    let mut bytes = vec![];
    DynamicImage::ImageRgb8(drawn).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A JPEG with an Exif part: a note, where it was taken, and that the phone was held upright (orientation 6).
pub fn located(width: u32, height: u32) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = vec![];
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value);
        bytes
    };
    // Eight bytes of head, then three entries of twelve with their count and the next directory's place.
    let (note_at, note) = (8 + 2 + 3 * 12 + 4, format!("{PLANTED}\0"));
    let gps_at = note_at + u32::try_from(note.len()).unwrap();
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend(entry(0x010E, 2, u32::try_from(note.len()).unwrap(), note_at.to_le_bytes()));
    tiff.extend(entry(0x0112, 3, 1, [6, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, gps_at.to_le_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(note.as_bytes());
    tiff.extend(b"\x01\0");
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend([0; 4]);
    let plain = picture(width, height, ImageFormat::Jpeg);
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(u16::try_from(tiff.len() + 8).unwrap().to_be_bytes());
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(&plain[2..]);
    // And something behind the end of the picture.
    bytes.extend(PLANTED.as_bytes());
    bytes
}

/// A PNG with a text part.
fn annotated() -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
        })
    };
    let plain = picture(30, 20, ImageFormat::Png);
    let text = [b"tEXtComment\0".as_slice(), PLANTED.as_bytes()].concat();
    // Behind the signature and the head.
    let mut bytes = plain[..33].to_vec();
    bytes.extend(u32::try_from(text.len() - 4).unwrap().to_be_bytes());
    bytes.extend(&text);
    bytes.extend(crc(&text).to_be_bytes());
    bytes.extend(&plain[33..]);
    bytes
}

pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn add(app: &TestApp, status: &Value, name: &str, bytes: Vec<u8>, key: &str) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
    let call = app.anonymous().call("complaint_photo_add").path("reference", status["reference"].as_str().unwrap());
    call.key(key).form(form).send().await
}

#[test]
fn where_a_photo_was_taken_is_not_kept() {
    support::run(async {
        let app = APP.get();
        let status = sent(&app, &about_place("371502008")).await;
        let (jpeg, png) = (located(60, 40), annotated());
        assert!(holds(&jpeg, PLANTED) && holds(&jpeg, "Exif") && holds(&png, PLANTED));
        for (n, (name, bytes)) in [("门口 371502198506150008.jpg", jpeg), ("凭证.png", png)].into_iter().enumerate()
        {
            let added = add(&app, &status, name, bytes, &format!("photo-number-{n}")).await.expect(201);
            assert!(!added["file_name"].as_str().unwrap().contains("371502198506150008"), "{added:#}");
        }
        let officer = app.officer();
        let case = case(&officer, &status).await;
        let photos = case["photos"].as_array().unwrap();
        assert_eq!(photos.len(), 2);
        for (photo, size) in photos.iter().zip([(40, 60), (30, 20)]) {
            let call = officer.call("complaint_photo_view").path("complaint_id", case["id"].as_str().unwrap());
            let answer = call.path("photo_id", photo["id"].as_str().unwrap()).send().await;
            assert_eq!(answer.status, 200);
            assert!(answer.header("content-disposition").starts_with("attachment;"), "never shown by the browser");
            for gone in [PLANTED, "Exif", "tEXt"] {
                assert!(!holds(&answer.bytes, gone), "{gone} in {photo:#}");
            }
            assert_eq!(photo["size"], json!(answer.bytes.len()));
            let kept = image::load_from_memory(&answer.bytes).unwrap();
            // The one that was held upright was turned, since what said so is gone.
            assert_eq!((kept.width(), kept.height()), size, "{photo:#}");
        }
        let other = app.other_officer().call("complaint_photo_view");
        let other = other.path("complaint_id", case["id"].as_str().unwrap());
        other.path("photo_id", photos[0]["id"].as_str().unwrap()).send().await.problem(404, "resource.not_found");
    });
}

#[test]
fn what_is_no_photo_is_not_taken() {
    support::run(async {
        let app = APP.get();
        let status = sent(&app, &about_place("371502008")).await;
        let jpeg = picture(200, 100, ImageFormat::Jpeg);
        let mut large = jpeg.clone();
        large.resize(10 * 1024 * 1024 + 1, 0);
        // A head that announces a picture of 60,000 by 60,000 pixels.
        let mut vast = picture(20, 20, ImageFormat::Png);
        vast[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        for (name, bytes, code) in [
            ("a.pdf", b"%PDF-1.4\n%%EOF\n".to_vec(), "material.file_type"),
            ("a.jpg", vec![0xFF, 0xD8, 0xFF, 0xE0, 1, 2], "material.file_type"),
            ("a.jpg", b"<svg onload=alert(1)>".to_vec(), "material.file_type"),
            ("a.png", picture(90, 90, ImageFormat::Png)[..80].to_vec(), "material.file_type"),
            ("a.jpg", vec![], "material.file_type"),
            ("a.jpg", large, "request.too_large"),
        ] {
            let refused = add(&app, &status, name, bytes, "an-upload-of-mine").await;
            assert_eq!(refused.json["code"], code, "{name}: {}", refused.text());
        }
        let refused = add(&app, &status, "a.png", vast, "an-upload-of-mine").await;
        assert!(matches!(refused.status, 415 | 422), "{}", refused.text());
        let nobodys = json!({ "reference": "2222-2222-2222" });
        add(&app, &nobodys, "a.jpg", jpeg, "an-upload-of-mine").await.problem(404, "resource.not_found");
        assert_eq!(case(&app.officer(), &status).await["photos"], json!([]));
    });
}

#[test]
fn a_report_takes_six_photos_while_it_is_open() {
    support::run(async {
        let app = APP.get();
        let status = sent(&app, &about_place("371502008")).await;
        for n in 0..6 {
            let bytes = picture(40 + n, 20, ImageFormat::Jpeg);
            let key = format!("upload-number-{n}");
            let added = add(&app, &status, "a.jpg", bytes.clone(), &key).await.expect(201);
            assert_eq!(add(&app, &status, "a.jpg", bytes, &key).await.expect(201), added, "a double click is one");
        }
        let more = picture(90, 20, ImageFormat::Jpeg);
        add(&app, &status, "a.jpg", more.clone(), "one-too-many").await.problem(409, "complaint.photos_full");
        let officer = app.officer();
        let received = case(&officer, &status).await;
        assert_eq!(received["photos"].as_array().unwrap().len(), 6);

        let other = sent(&app, &about_place("371502008")).await;
        let close = json!({ "action": "close", "outcome": "not_actionable", "reply": "不属于本机关职责。" });
        step(&officer, &case(&officer, &other).await, close).await.expect(200);
        add(&app, &other, "a.jpg", more, "after-the-end").await.problem(409, "complaint.closed");
    });
}
