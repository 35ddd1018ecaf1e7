//! A mail server and an SMS gateway, as far as this service needs them: each keeps what it was given.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// How long something may take to arrive before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes connections for as long as the test runs.
fn listen(serve: impl Fn(TcpStream) -> std::io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || listener.incoming().for_each(|stream| drop(stream.and_then(&serve))));
    address
}

/// Takes every mail.
pub struct MailServer {
    address: String,
    mails: Receiver<String>,
}

impl MailServer {
    pub fn start() -> Self {
        let (tell, mails) = mpsc::channel();
        Self { address: listen(move |stream| mail(stream, &tell)), mails }
    }

    /// Where nobody listens.
    pub fn nowhere() -> String {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("smtp://{}", free.local_addr().unwrap())
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The next mail.
    pub fn received(&self) -> String {
        self.mails.recv_timeout(PATIENCE).expect("a mail")
    }
}

fn mail(stream: TcpStream, tell: &Sender<String>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    out.write_all(b"220 sink\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?.to_ascii_uppercase();
        let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    text += line.strip_prefix('.').unwrap_or(&line);
                    text += "\r\n";
                }
                drop(tell.send(text));
                b"250 kept\r\n"
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => b"250 good\r\n",
        };
        out.write_all(answer)?;
    }
    Ok(())
}

/// The text of a mail.
pub fn body(mail: &str) -> String {
    let mail = mail.replace("\r\n", "\n");
    let (head, body) = mail.split_once("\n\n").unwrap();
    if head.contains("Content-Transfer-Encoding: base64") {
        let bytes = BASE64_STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap();
        return String::from_utf8(bytes).unwrap();
    }
    if !head.contains("quoted-printable") {
        return body.to_owned();
    }
    let (body, mut bytes) = (body.replace("=\n", ""), vec![]);
    let mut rest = body.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Takes every SMS, and answers as it is told to; 200 unless told otherwise.
pub struct Gateway {
    address: String,
    texts: Receiver<Value>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Gateway {
    pub fn start() -> Self {
        let (tell, texts) = mpsc::channel();
        let answers = Arc::<Mutex<VecDeque<u16>>>::default();
        let own = answers.clone();
        Self { address: listen(move |stream| text(stream, &tell, &own)), texts, answers }
    }

    pub fn url(&self) -> String {
        format!("http://{}/send", self.address)
    }

    /// What the next requests are answered.
    pub fn answers(&self, answers: &[u16]) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The next SMS: what was sent, and who sent it.
    pub fn received(&self) -> Value {
        self.texts.recv_timeout(PATIENCE).expect("an SMS")
    }

    /// Whether nothing waits to be looked at.
    pub fn silent(&self) -> bool {
        self.texts.try_recv().is_err()
    }
}

fn text(stream: TcpStream, tell: &Sender<Value>, answers: &Mutex<VecDeque<u16>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let (mut length, mut authorization) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or_default(),
            "authorization" => authorization = value.to_owned(),
            _ => (),
        }
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    let mut value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    value["authorization"] = json!(authorization);
    let status = answers.lock().unwrap().pop_front().unwrap_or(200);
    drop(tell.send(value));
    out.write_all(format!("HTTP/1.1 {status} told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes())
}
