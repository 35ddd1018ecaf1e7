//! Strings that have broken other services.

/// Texts that some language would run, each short enough for an address.
pub const MARKUP: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title><b>x</b>",
    "</textarea><i>x</i>",
    "<!-- x -->",
    "&lt;b&gt;&amp;&#60;",
    "\" onmouseover=\"alert(1)",
    "' or '1'='1",
    "'; DROP TABLE clinic; --",
    "\\'; SELECT 1; --",
    "1) UNION SELECT NULL--",
    "{{7*7}}",
    "{% include 'x' %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "%00%0a%3Cb%3E",
    "%n%s%x%d",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd",
    "(){:;};echo",
    "$(id)`id`",
    "javascript:alert(1)",
    "(foo) Tj ET Q",
    "\\(\\)\\\\",
    "[\"a\",{\"b\":null}]",
];

/// Characters that are not seen, that turn the direction, or that end a text elsewhere.
const UNSEEN: &[char] = &[
    '\0', '\u{1}', '\u{7}', '\u{8}', '\u{B}', '\u{C}', '\u{1B}', '\u{7F}', '\u{80}', '\u{85}', '\u{9F}', '\u{AD}',
    '\u{61C}', '\u{115F}', '\u{180E}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{200E}', '\u{200F}', '\u{2028}',
    '\u{2029}', '\u{202A}', '\u{202D}', '\u{202E}', '\u{2060}', '\u{2066}', '\u{2069}', '\u{3164}', '\u{E000}',
    '\u{FE0F}', '\u{FEFF}', '\u{FFA0}', '\u{FFF9}', '\u{FFFE}', '\u{FFFF}', '\u{E0001}', '\u{E007F}', '\u{F0000}',
    '\u{10FFFF}',
];

/// Texts that are odd and yet only text.
const ODD: &[&str] = &[
    "", " ", "　", "\t", "\r\n", "a\r\nSet-Cookie: x=1", "a\nb", ".", "..", "/", "//", "\\", "~", "?", "#", "&", "+",
    "null", "undefined", "NaN", "Infinity", "-1", "0", "1e400", "0x1F", "true", "[]", "{}", "None", "nil",
    "🦷", "👩‍⚕️", "🇨🇳", "e\u{301}", "é", "ﬁ", "①", "㊣", "Ａ１", "ｱ", "𠮷", "𬎆", "㛃", "䶮", "𬭎", "𪚥", "龘", "ß", "İ", "ı",
    "Ω", "Ω", "K", "ſ", "Å", "ﷺ", "༼ ༽", "Z̡͎a̖l̗g̙o̝", "ا ب", "שלום", "ไทย", "한국어", "日本語", "русский",
    "协合诊所", "協和診所", "协和（诊所）", "协和(诊所)", "admin", "root", "demo-clinic", "clinic' --", "a,b;c|d",
    "\u{FFFD}", "\\ud800", "\\u0000", "%u0000", "%c0%ae%c0%ae/", "%e2%80%ae", "file:///etc/passwd", "http://127.0.0.1/",
    "//evil.example", "https:evil", "data:text/html,x", "CON", "NUL", "a.pdf.exe", "..%2f..%2f", "..;/", "/v/..",
    "true'", "1;1", "1/0", "1 OR 1=1", "*", "%", "_", "\\%", "x' LIKE '%", "PDY00001X37150217D2112'",
];

/// More than five hundred strings: every text by itself and within words, every unseen character in three places, and
/// long ones.
pub fn strings() -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for text in MARKUP.iter().chain(ODD) {
        all.extend([(*text).to_owned(), format!("仁和{text}"), format!("{text}诊所"), format!("{text}{text}")]);
    }
    for unseen in UNSEEN {
        all.extend([format!("{unseen}"), format!("仁{unseen}和"), format!("诊所{unseen}")]);
    }
    for length in [17, 18, 19, 40, 41, 60, 61, 80, 81, 500, 501, 2_000, 2_001, 5_000] {
        all.extend(["a", "诊", "𠮷", "<", "\u{301}"].map(|unit| unit.repeat(length)));
    }
    all
}
