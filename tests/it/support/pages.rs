//! What every page keeps to.

/// An English page says nothing in Chinese but what it marks so (`lang="zh-CN"`): names, addresses, titles of laws.
pub fn english_only(html: &str) {
    let mut rest = html;
    let mut said = String::new();
    while let Some((before, after)) = rest.split_once("lang=\"zh-CN\"") {
        let (before, tag) = before.rsplit_once('<').unwrap();
        said += before;
        let name = tag.split(' ').next().unwrap();
        rest = after.split_once(&format!("</{name}>")).unwrap_or_else(|| panic!("{name} does not end: {after}")).1;
    }
    said += rest;
    let chinese = |line: &&str| line.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'));
    let lines: Vec<_> = said.lines().filter(chinese).collect();
    assert!(lines.is_empty(), "{lines:#?}");
}
