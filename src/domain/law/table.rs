//! The tables of the law, by name: what an edition is of, and what a regulator exports, edits and imports.

use crate::domain::law::Sources;
use crate::domain::terms::terms;

terms! {
    /// A table of the law. A first start enters them in this order: the rules are edition 1.
    LawTable {
        /// Texts, thresholds and bases of the rules; TOML.
        Rules = "规则" / "rules",
        /// Words in clinic names; TOML.
        Phrases = "名称用语" / "words in names",
        /// 诊疗科目; TOML.
        Subjects = "诊疗科目" / "subjects",
        /// 材料; TOML.
        Materials = "材料清单" / "materials",
        /// 规章制度 of 互联网诊疗; TOML.
        Policies = "规章制度" / "internal rules",
        /// 经济类型; TOML.
        EconomicTypes = "经济类型" / "economic types",
        /// 承诺; TOML.
        Declarations = "承诺" / "declarations",
        /// 告知; TOML.
        Notices = "告知" / "notices",
        /// 现场核查清单; TOML.
        Checklists = "核查清单" / "checklists",
        /// 决定的法定情形; TOML.
        Grounds = "法定情形" / "legal grounds",
        /// 文书用语; TOML.
        Papers = "文书用语" / "words of papers",
        /// 节假日; TOML, or one year as `holiday-cn` publishes it.
        Calendar = "节假日" / "holidays",
        /// 行政区划; CSV.
        Divisions = "行政区划" / "divisions",
        /// 街道; CSV.
        Streets = "街道" / "streets",
        /// What a region or an authority switches off or sets for itself; TOML.
        Regions = "地区设置" / "regional settings",
        /// Forms to fill in by hand, with samples; TOML.
        Forms = "空白表格" / "forms",
        /// Who handles which clinic type in which street, since when; CSV. Kept as rows, not as a text.
        Jurisdictions = "管辖" / "jurisdictions",
    }
}

impl LawTable {
    /// The table of a code, as in the database and on the command line.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|table| table.code() == code)
    }

    /// Whether its text is CSV, whose first line names the columns.
    pub const fn is_csv(self) -> bool {
        matches!(self, Self::Divisions | Self::Streets | Self::Jurisdictions)
    }
}

impl<'a> Sources<'a> {
    /// The place of a table's text; none where the table is no text.
    pub fn slot(&mut self, table: LawTable) -> Option<&mut &'a str> {
        // Named one by one, so that a text without a table does not compile.
        let Self {
            rules,
            phrases,
            subjects,
            materials,
            policies,
            economic_types,
            declarations,
            notices,
            checklists,
            grounds,
            papers,
            calendar,
            divisions,
            streets,
            regions,
            forms,
        } = self;
        Some(match table {
            LawTable::Rules => rules,
            LawTable::Phrases => phrases,
            LawTable::Subjects => subjects,
            LawTable::Materials => materials,
            LawTable::Policies => policies,
            LawTable::EconomicTypes => economic_types,
            LawTable::Declarations => declarations,
            LawTable::Notices => notices,
            LawTable::Checklists => checklists,
            LawTable::Grounds => grounds,
            LawTable::Papers => papers,
            LawTable::Calendar => calendar,
            LawTable::Divisions => divisions,
            LawTable::Streets => streets,
            LawTable::Regions => regions,
            LawTable::Forms => forms,
            LawTable::Jurisdictions => return None,
        })
    }

    /// The text of a table; none where the table is no text.
    pub fn text(mut self, table: LawTable) -> Option<&'a str> {
        self.slot(table).map(|text| *text)
    }
}
