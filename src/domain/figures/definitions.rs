//! What every figure is: the one table from which documents, API, CSV and XLSX take their words.

/// A figure, by what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureCode {
    Steps,
    Modes,
    Stages,
    TimeToIssue,
    TimeFromFirst,
    Overdue,
    Rounds,
    Defects,
    Warnings,
    VisitsDue,
    VisitsMade,
    Decisions,
    Telemedicine,
    First,
    Share,
    Register,
    Complaints,
}

/// By what rows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// What is counted in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// 单位
    pub unit: &'static str,
    /// Decimals that are shown: 0 or 1.
    pub decimals: usize,
}

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub code: FigureCode,
    /// `F-01`; never given to another figure.
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// 单位
    pub unit: &'static str,
    /// What counts and what does not, in Chinese.
    pub counts: &'static str,
    /// The same in English.
    pub counts_en: &'static str,
    /// The history that it is counted from.
    pub history: &'static str,
    /// Rule or law.
    pub basis: &'static str,
    pub headings: &'static [Heading],
    pub measures: &'static [Measure],
}

const fn by(code: &'static str, zh: &'static str, en: &'static str) -> Heading {
    Heading { code, zh, en }
}

const fn count(code: &'static str, zh: &'static str, en: &'static str, unit: &'static str) -> Measure {
    Measure { code, zh, en, unit, decimals: 0 }
}

const fn share(code: &'static str, zh: &'static str, en: &'static str) -> Measure {
    Measure { code, zh, en, unit: "%", decimals: 1 }
}

const OFFICE: Heading = by("office", "机关", "authority");
const MONTH: Heading = by("month", "月份", "month");
const KIND: Heading = by("kind", "备案种类", "kind of filing");
const TYPE: Heading = by("clinic_type", "诊所类别", "clinic type");
const RULE: Heading = by("rule", "规则", "rule");
const VISIT: Heading = by("visit_kind", "核查种类", "kind of visit");

/// Every figure, by id.
pub const fn definitions() -> &'static [Definition] {
    TABLE
}

/// What a figure is.
pub fn definition(id: &str) -> Option<&'static Definition> {
    TABLE.iter().find(|definition| definition.id == id)
}

const TABLE: &[Definition] = &[
    Definition {
        code: FigureCode::Steps,
        id: "F-01",
        zh: "办件量",
        en: "filings by step",
        unit: "件",
        counts: "按步骤发生的月份计。收件：首次向本机关提交，补正后再次提交不重复计，转来的件自在本机关提交时计一次。签发、一次性告知、转出、撤回：每发生一次计一次；未提交的草稿和批量导入的既有诊所不计。类别取自当时提交的信息表。",
        counts_en: "Each step in the month in which it was taken. Received: submitted to this authority for the first time; not again after a correction. Issued, corrected, redirected, withdrawn: each time. Drafts, and clinics entered by an import, do not count. The type is the one in the form kept with the step.",
        history: "filing_event (with its dossier); deadline of R-050 for the authority",
        basis: "R-050、R-051、R-052、R-099",
        headings: &[OFFICE, MONTH, KIND, TYPE],
        measures: &[
            count("received", "收件", "received", "件"),
            count("issued", "签发", "issued", "件"),
            count("corrected", "一次性告知", "correction notices", "次"),
            count("redirected", "转出", "redirected", "次"),
            count("withdrawn", "撤回", "withdrawn after submission", "件"),
        ],
    },
    Definition {
        code: FigureCode::Modes,
        id: "F-02",
        zh: "按服务方式的办件量",
        en: "filings by service mode",
        unit: "件",
        counts: "同F-01的收件和签发；一件申报几种服务方式的，在每种下各计一次，各行相加会大于总数。",
        counts_en: "As F-01; a filing with several modes counts once under each, so the rows add up to more than the whole.",
        history: "filing_event (with its dossier); deadline of R-050 for the authority",
        basis: "R-050、R-099",
        headings: &[OFFICE, MONTH, by("service_mode", "服务方式", "service mode")],
        measures: &[count("received", "收件", "received", "件"), count("issued", "签发", "issued", "件")],
    },
    Definition {
        code: FigureCode::Stages,
        id: "F-03",
        zh: "收件的现状",
        en: "where the filings of the period stand",
        unit: "件",
        counts: "统计期内收件（同F-01）在截至时间所处的阶段；已由别的机关收件的，计为已转出。",
        counts_en: "Filings received in the period (as F-01), by their stage at the moment of counting; one that another authority has received since counts as redirected.",
        history: "filing_event; deadline of R-050 for the authority",
        basis: "R-050、R-052",
        headings: &[OFFICE, KIND, TYPE, by("stage", "阶段", "stage")],
        measures: &[count("filings", "件数", "filings", "件")],
    },
    Definition {
        code: FigureCode::TimeToIssue,
        id: "F-04",
        zh: "办理时长（自最后一次完整提交）",
        en: "time to issue, from the last complete submission",
        unit: "工作日",
        counts: "统计期内签发的件：自最后一次提交的收件日起（收件日不计），到签发日止的工作日数；当日签发为0。合计行按全部件计算，不是各行的平均。",
        counts_en: "Filings issued in the period: working days after the day of receipt of the last submission, up to and with the day of issue; 0 on the same day. Totals are over all filings, not means of rows.",
        history: "filing_event issue; deadline of R-050 (starts_on, met_on)",
        basis: "R-050；《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第八条",
        headings: &[OFFICE, MONTH, KIND],
        measures: &[
            count("issued", "签发", "issued", "件"),
            count("median", "中位数", "median, nearest rank", "工作日"),
            count("p95", "第95百分位", "95th percentile, nearest rank", "工作日"),
        ],
    },
    Definition {
        code: FigureCode::TimeFromFirst,
        id: "F-05",
        zh: "办理时长（自首次提交）",
        en: "time to issue, from the first submission",
        unit: "工作日",
        counts: "统计期内签发的件：自首次提交的收件日起（收件日不计），到签发日止的工作日数，包括诊所补正所用的时间。",
        counts_en: "Filings issued in the period: working days after the day of receipt of the first submission, up to and with the day of issue; the clinic's own time for corrections is in it.",
        history: "filing_event issue; deadline of R-050 (starts_on, met_on)",
        basis: "R-050",
        headings: &[OFFICE, MONTH, KIND],
        measures: &[
            count("issued", "签发", "issued", "件"),
            count("median", "中位数", "median, nearest rank", "工作日"),
            count("p95", "第95百分位", "95th percentile, nearest rank", "工作日"),
        ],
    },
    Definition {
        code: FigureCode::Overdue,
        id: "F-06",
        zh: "超期率",
        en: "overdue share",
        unit: "%",
        counts: "超期签发：统计期内签发、签发日晚于到期日的件。超期未办结：截至时间仍在受理或待签发、到期日已过的件，无论何时收件。超期率＝（超期签发＋超期未办结）÷（签发＋超期未办结）。到期日按收件日和当时的期限推算，节假日公布后只会顺延。",
        counts_en: "Issued late: issued in the period after the day it was due. Open and overdue: waiting for the authority at the moment of counting, its day passed, whenever received. Share: (late + open) of (issued + open). The day due is counted from the receipt; a holiday notice only ever moves it later.",
        history: "filing_event; deadline of R-050 (starts_on, length, unit, met_on); editions of the calendar",
        basis: "R-050、R-098",
        headings: &[OFFICE, KIND],
        measures: &[
            count("issued", "签发", "issued", "件"),
            count("late", "其中超期签发", "of them late", "件"),
            count("open", "超期未办结", "open and overdue", "件"),
            share("share", "超期率", "overdue share"),
        ],
    },
    Definition {
        code: FigureCode::Rounds,
        id: "F-07",
        zh: "补正轮次",
        en: "corrections per filing",
        unit: "件",
        counts: "统计期内签发的件，按签发前收到的一次性告知次数分；一次签发率＝未经补正的件÷签发的件。",
        counts_en: "Filings issued in the period, by the number of correction notices before the issue; the share is of those without any.",
        history: "filing_event (issue, request_correction)",
        basis: "R-051",
        headings: &[OFFICE, KIND],
        measures: &[
            count("issued", "签发", "issued", "件"),
            count("none", "未补正", "without a notice", "件"),
            count("one", "补正一次", "one notice", "件"),
            count("more", "补正两次以上", "two or more notices", "件"),
            share("share", "一次签发率", "issued without correction"),
        ],
    },
    Definition {
        code: FigureCode::Defects,
        id: "F-08",
        zh: "告知最多的规则",
        en: "rules most often failed",
        unit: "项",
        counts: "统计期内一次性告知列出的缺陷，按规则计项数和涉及的告知份数；只列前二十，项数相同的按规则编号排。",
        counts_en: "Defects in the correction notices of the period, by rule: how many defects, in how many notices. The first twenty; equals by rule.",
        history: "filing_event request_correction (its notice)",
        basis: "R-051",
        headings: &[OFFICE, RULE],
        measures: &[count("defects", "缺陷", "defects", "项"), count("notices", "告知", "notices", "份")],
    },
    Definition {
        code: FigureCode::Warnings,
        id: "F-09",
        zh: "说明最多的提醒",
        en: "warnings most often answered",
        unit: "次",
        counts: "统计期内提交时仍在、由诊所说明理由的提醒，按规则计；一次提交同一规则计一次。只列前二十。",
        counts_en: "Warnings that a submission of the period passed with a reason, by rule; once for each submission and rule. The first twenty.",
        history: "filing_event submit (its findings)",
        basis: "各提醒类规则",
        headings: &[OFFICE, RULE],
        measures: &[count("submissions", "提交", "submissions", "次")],
    },
    Definition {
        code: FigureCode::VisitsDue,
        id: "F-10",
        zh: "应核查",
        en: "visits due",
        unit: "次",
        counts: "到期日在统计期内的现场核查。按期、逾期完成：首次到场（通过、责令整改或不通过）的日期不晚于、晚于到期日。待核查、逾期未核查：截至时间尚未到场；不再进行的不计入应核查。",
        counts_en: "Visits whose day due is in the period. In time, late: the first visit (passed, rectification ordered or failed) not after, after that day. Open, overdue: not made at the moment of counting. Dropped visits are not due.",
        history: "deadline of R-055; visit_event",
        basis: "R-055；《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第十六条（K?）",
        headings: &[OFFICE, MONTH, VISIT],
        measures: &[
            count("due", "应核查", "due", "次"),
            count("in_time", "按期完成", "made in time", "次"),
            count("late", "逾期完成", "made late", "次"),
            count("open", "待核查", "open", "次"),
            count("overdue", "逾期未核查", "overdue", "次"),
            count("dropped", "不再进行", "dropped, not counted as due", "次"),
        ],
    },
    Definition {
        code: FigureCode::VisitsMade,
        id: "F-11",
        zh: "核查结果",
        en: "what visits found",
        unit: "次",
        counts: "按步骤发生的月份计；一次核查先责令整改后通过的，两项各计一次。",
        counts_en: "Each step in the month in which it was taken; a visit that ordered rectification and passed later counts in both.",
        history: "visit_event",
        basis: "R-055、R-056",
        headings: &[OFFICE, MONTH, VISIT],
        measures: &[
            count("passed", "通过", "passed", "次"),
            count("rectification", "责令整改", "rectification ordered", "次"),
            count("extended", "延长整改", "extended", "次"),
            count("failed", "不通过", "failed", "次"),
        ],
    },
    Definition {
        code: FigureCode::Decisions,
        id: "F-12",
        zh: "行政决定",
        en: "decisions",
        unit: "件",
        counts: "按决定作出的月份计；拟决定和撤回的不计。",
        counts_en: "In the month in which they were decided; proposals and what was taken back do not count.",
        history: "decision (decided_at)",
        basis: "R-057",
        headings: &[OFFICE, MONTH, by("decision_kind", "决定种类", "kind of decision")],
        measures: &[count("decisions", "决定", "decisions", "件")],
    },
    Definition {
        code: FigureCode::Telemedicine,
        id: "F-13",
        zh: "互联网诊疗的发展",
        en: "telemedicine over time",
        unit: "家",
        counts: "可开展：月末（当月为截至时间）诊所有效且互联网诊疗未暂停的家数。增加、取消、暂停、恢复：当月登记的次数。诊所停业、终止的，不再计入可开展。按登记的时间计，导入的诊所自导入时计。",
        counts_en: "On: clinics in force whose telemedicine was not suspended at the end of the month (of the last month: at the moment of counting). Added, removed, suspended, resumed: entered in the month. By the time of entry: an imported clinic counts from its import.",
        history: "clinic_event (from_/to_telemedicine, to_state)",
        basis: "R-070、R-080；《互联网诊疗管理办法（试行）》第八条、第九条",
        headings: &[OFFICE, MONTH],
        measures: &[
            count("on", "可开展", "on at the end", "家"),
            count("added", "增加", "added", "次"),
            count("removed", "取消", "removed", "次"),
            count("suspended", "暂停", "suspended", "次"),
            count("resumed", "恢复", "resumed", "次"),
        ],
    },
    Definition {
        code: FigureCode::First,
        id: "F-14",
        zh: "辖区首家互联网诊疗诊所",
        en: "the first clinic with telemedicine in the area",
        unit: "家",
        counts: "本机关备案的诊所中最早备案互联网诊疗的一家，以生效日期为准，同日的以登记先后为准；与统计期无关，后来取消、终止的也算。编号和名称是当时的。",
        counts_en: "Of the clinics that the authority filed, the first with telemedicine, by the day from which it holds, then by entry; whatever the period, and also if it ended since. Number and name as they were then.",
        history: "clinic_event add_telemedicine; certificate (statement)",
        basis: "R-080",
        headings: &[
            OFFICE,
            by("number", "备案编号", "filing number"),
            by("name", "诊所名称", "name of the clinic"),
            by("since", "自", "since"),
        ],
        measures: &[],
    },
    Definition {
        code: FigureCode::Share,
        id: "F-15",
        zh: "互联网诊疗占比",
        en: "share with telemedicine",
        unit: "%",
        counts: "截至时间有效的诊所中可开展互联网诊疗的比例，按类别。",
        counts_en: "Of the clinics in force at the moment of counting, those with telemedicine on, by type.",
        history: "clinic_event",
        basis: "R-080",
        headings: &[OFFICE, TYPE],
        measures: &[
            count("clinics", "有效诊所", "clinics in force", "家"),
            count("on", "可开展互联网诊疗", "with telemedicine", "家"),
            share("share", "占比", "share"),
        ],
    },
    Definition {
        code: FigureCode::Register,
        id: "F-16",
        zh: "登记簿规模",
        en: "size of the register",
        unit: "家",
        counts: "月末（当月为截至时间）登记簿中的诊所，按状态；已终止的仍在登记簿中。",
        counts_en: "Clinics in the register at the end of the month (of the last month: at the moment of counting), by standing; those that ended stay in it.",
        history: "clinic_event",
        basis: "R-054、R-058、R-099",
        headings: &[OFFICE, MONTH, by("state", "诊所状态", "standing")],
        measures: &[count("clinics", "诊所", "clinics", "家")],
    },
    Definition {
        code: FigureCode::Complaints,
        id: "F-17",
        zh: "投诉举报",
        en: "reports from the public",
        unit: "件",
        counts: "按收到的月份计，按截至时间的办理结果分；截至时间未办结的为办理中。转办的计在最后承办的机关。",
        counts_en: "In the month of receipt, by what had come of them at the moment of counting; not closed by then: under way. Forwarded ones count with the authority that has them.",
        history: "complaint_event; complaint (kind, outcome); its deadlines for the authority",
        basis: "R-082",
        headings: &[OFFICE, MONTH, by("complaint_kind", "举报事项", "matter"), by("outcome", "办理结果", "outcome")],
        measures: &[count("complaints", "件数", "reports", "件")],
    },
];
