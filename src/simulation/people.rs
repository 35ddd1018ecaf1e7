//! People of a simulated county: every slot is another person, with an ID number and codes that nobody else has.

use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand::rngs::ChaCha12Rng;

use crate::domain::law::{DivisionStatus, Law};
use crate::domain::samples::people::Person;

/// The commonest surnames, the commoner the earlier.
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
    "田", "任", "姜", "范", "方", "石", "姚", "谭", "廖", "邹", "熊", "金", "陆", "郝", "孔", "白", "崔", "康", "毛",
    "邱", "秦", "江", "史", "顾", "侯", "邵", "孟", "龙", "万", "段", "雷", "钱", "汤", "尹", "黎", "易", "常", "武",
    "乔", "贺", "赖", "龚", "文", "欧阳", "上官", "司马",
];

/// Characters of given names. Some sound alike, as they do in life: 静 and 靖, 嘉 and 佳, 敏 and 民.
const GIVEN: &[&str] = &[
    "静", "靖", "婧", "敬", "佳", "嘉", "雅", "亚", "敏", "民", "丽", "莉", "芳", "方", "英", "颖", "红", "虹", "梅",
    "玫", "燕", "艳", "晓", "小", "欣", "新", "心", "慧", "惠", "霞", "玲", "琳", "萍", "平", "秀", "淑", "玉", "宇",
    "雪", "倩", "洁", "婷", "月", "悦", "云", "芸", "志", "建", "健", "伟", "卫", "强", "军", "君", "明", "铭", "永",
    "国", "春", "华", "文", "雯", "海", "涛", "波", "博", "宁", "凝", "然", "若", "思", "语", "诗", "瑞", "睿", "清",
];

/// Days of birth that one county has before the next one begins: from [`ELDEST`] on, a prime.
const DAYS: u64 = 12_007;
const ELDEST: (i32, u32, u32) = (1958, 1, 1);

/// Shandong, and 聊城 in it.
const PROVINCE: &str = "37";
const CITY: &str = "3715";

/// The people that a simulation may draw on.
pub struct People {
    /// County codes, the near ones first.
    homes: Vec<String>,
}

impl People {
    /// Everybody, in the counties of the law's table.
    pub fn new(law: &Law) -> Self {
        let counties = law.divisions().iter().filter(|d| d.status == DivisionStatus::Current);
        let mut homes: Vec<String> = counties.map(|d| d.code.clone()).filter(|code| !code.ends_with("00")).collect();
        homes.sort_by_key(|code| (!code.starts_with(CITY), !code.starts_with(PROVINCE), code.clone()));
        Self { homes }
    }

    /// The person of a slot. Slots repeat only after some thirty million.
    pub fn person(&self, slot: u64, random: &mut ChaCha12Rng) -> Person {
        let count = u64::try_from(self.homes.len()).unwrap_or(1).max(1);
        let home = usize::try_from(slot / DAYS % count).ok().and_then(|at| self.homes.get(at));
        let home = home.map_or("371502", String::as_str);
        let (year, month, day) = ELDEST;
        let eldest = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        // Neighbours in the list are not born on neighbouring days.
        let born_on = eldest + Days::new(slot * 7_919 % DAYS);
        Person::called(name(random), slot % DAYS, home, home, born_on)
    }
}

/// One of a list; nothing of an empty one.
pub fn pick<'a, T>(list: &'a [T], random: &mut ChaCha12Rng) -> Option<&'a T> {
    if list.is_empty() { None } else { list.get(random.random_range(0..list.len())) }
}

/// Whether something of this share, in percent, happens.
pub fn chance(percent: f64, random: &mut ChaCha12Rng) -> bool {
    random.random_range(0.0..100.0) < percent
}

/// A name: commoner surnames come up more often, and every fifth given name has one character.
fn name(random: &mut ChaCha12Rng) -> String {
    let (one, other) = (random.random_range(0..SURNAMES.len()), random.random_range(0..SURNAMES.len()));
    let surname = SURNAMES.get(one.min(other)).copied().unwrap_or_default();
    let mut given = || pick(GIVEN, random).copied().unwrap_or_default();
    let (first, second) = (given(), given());
    let second = if first == second || chance(20.0, random) { "" } else { second };
    format!("{surname}{first}{second}")
}
