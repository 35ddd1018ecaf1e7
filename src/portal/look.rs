//! How somebody wants to see pages: language and size. Told by the address (`?lang=en`, `?large=1`), then remembered in a
//! cookie that says nothing else.

use poem::Request;
use poem::http::HeaderValue;
use poem::http::header;

/// The cookie's name.
const COOKIE: &str = "look";

/// How long it is remembered, seconds: a year.
const REMEMBERED: u32 = 31_536_000;

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// As addresses and cookies say it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// As pages say it (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

/// How a page is to look.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub lang: Lang,
    /// 长辈版
    pub large: bool,
    /// The address asked for, without what this type reads: path and query.
    pub here: String,
    /// The address told how: to be remembered.
    told: bool,
}

impl Look {
    /// What a request says.
    pub fn of(request: &Request) -> Self {
        let mut look = Self::remembered(request);
        let mut rest = vec![];
        for pair in request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            match pair {
                "lang=zh" => look.lang = Lang::Zh,
                "lang=en" => look.lang = Lang::En,
                "large=1" => look.large = true,
                "large=0" => look.large = false,
                other => {
                    rest.push(other);
                    continue;
                }
            }
            look.told = true;
        }
        look.here = request.original_uri().path().to_owned();
        if !rest.is_empty() {
            look.here = format!("{}?{}", look.here, rest.join("&"));
        }
        look
    }

    fn remembered(request: &Request) -> Self {
        let value = cookie(request, COOKIE).unwrap_or_default();
        let (lang, size) = value.split_once('.').unwrap_or((&value, ""));
        Self { lang: if lang == "en" { Lang::En } else { Lang::Zh }, large: size == "large", ..Self::default() }
    }

    /// The same address with one more thing told.
    pub fn here_with(&self, told: &str) -> String {
        let mark = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{mark}{told}", self.here)
    }

    /// The cookie to set, where the address told how pages are to look.
    pub fn remember(&self, secure: bool) -> Option<HeaderValue> {
        let size = if self.large { "large" } else { "normal" };
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!(
            "{COOKIE}={}.{size}; Path=/; Max-Age={REMEMBERED}; SameSite=Lax; HttpOnly{secure}",
            self.lang.code()
        );
        HeaderValue::from_str(&cookie).ok().filter(|_| self.told)
    }
}

/// The value of a cookie of this request.
pub fn cookie(request: &Request, name: &str) -> Option<String> {
    let pairs = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(own, _)| *own == name).map(|(_, value)| value.to_owned())
}
