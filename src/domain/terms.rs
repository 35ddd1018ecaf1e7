//! Closed sets of terms: each value once, with its code and its words in Chinese and English.

/// A term of a closed set, whichever: for what is written of all of them alike.
pub trait Coded: Copy + 'static {
    /// Every value, in reading order.
    const EVERY: &'static [Self];

    /// The Chinese term.
    fn word(self) -> &'static str;

    /// The English term.
    fn english(self) -> &'static str;

    /// The stable code.
    fn key(self) -> String;

    /// The value with this code.
    fn of_code(code: &str) -> Option<Self> {
        Self::EVERY.iter().copied().find(|value| value.key() == code)
    }
}

/// Enums of terms: `Name { Value = "中文" / "English" }`. The code of a value is its name in snake case.
macro_rules! terms {
    ($($(#[$meta:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $zh:literal / $en:literal),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
                 poem_openapi::Enum)]
        #[oai(rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in reading order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The Chinese term, as on forms and certificates.
            pub const fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh),+ }
            }

            /// The English term.
            pub const fn en(self) -> &'static str {
                match self { $($name::$variant => $en),+ }
            }

            /// The stable code, as in JSON and the database.
            pub fn code(self) -> String {
                $crate::domain::value::code(&self)
            }
        }

        impl $crate::domain::terms::Coded for $name {
            const EVERY: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.zh()
            }

            fn english(self) -> &'static str {
                self.en()
            }

            fn key(self) -> String {
                self.code()
            }
        }
    )+};
}

/// The same for sets that a database column holds.
macro_rules! stored {
    ($($(#[$meta:meta])* $name:ident { $($values:tt)+ })+) => {
        $crate::domain::terms::terms! {$(
            $(#[$meta])*
            #[derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
            #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
            $name { $($values)+ }
        )+}
    };
}

pub(crate) use stored;
pub(crate) use terms;
