//! What papers say, for drawing: one of each kind as an office writes it, and the shortest and longest there may be.

use chrono::NaiveDate;
use clinic_registry::domain::paper::{Block, Field, Item, PaperContent, PaperKind};

pub const OFFICE: &str = "聊城经济技术开发区行政审批服务局";
const SUPERVISOR: &str = "聊城市卫生健康委员会";
const CLINIC: &str = "聊城开发区济水堂中医（综合）诊所";
const REMEDY: &str = "如不服本决定，可以自收到本决定书之日起六十日内向聊城市人民政府申请行政复议，或者自收到本决定书之日起六个月内\
    依法向人民法院提起行政诉讼。";
const CONTACT: &str = "聊城经济技术开发区黄山路 1 号政务服务大厅 12 号窗口，电话 0635-8510000（工作日 9:00—17:00）";

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_string()).collect()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.to_string() }
}

fn heading(text: &str) -> Block {
    Block::Heading { text: text.to_string() }
}

fn fields(rows: &[(&str, &str)]) -> Block {
    let field = |(label, value): &(&str, &str)| Field { label: (*label).to_string(), value: (*value).to_string() };
    Block::Fields { rows: rows.iter().map(field).collect() }
}

fn list(items: &[(&str, &str)]) -> Block {
    let item = |(text, note): &(&str, &str)| Item { text: (*text).to_string(), note: (*note).to_string() };
    Block::List { items: items.iter().map(item).collect() }
}

/// A paper that says nothing yet.
pub fn blank(title: &str, number: &str) -> PaperContent {
    PaperContent {
        issuer: OFFICE.to_string(),
        title: title.to_string(),
        number: number.to_string(),
        addressee: CLINIC.to_string(),
        blocks: Vec::new(),
        basis: Vec::new(),
        remedy: String::new(),
        contact: CONTACT.to_string(),
        signed_by: OFFICE.to_string(),
        signed_on: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        signatures: Vec::new(),
    }
}

/// One paper of each kind.
pub fn of(kind: PaperKind) -> PaperContent {
    match kind {
        PaperKind::Receipt => receipt(),
        PaperKind::CorrectionNotice => corrections(4),
        PaperKind::VisitRecord => visit(),
        PaperKind::RectificationNotice => rectification(),
        PaperKind::Decision => decision(),
        PaperKind::Announcement => announcement(),
        PaperKind::LossDeclaration => loss(),
        PaperKind::Copy => copy(),
    }
}

fn receipt() -> PaperContent {
    PaperContent {
        blocks: vec![
            paragraph("你（单位）于2026年11月24日提交的诊所备案材料已经收到，现将收件情况告知如下："),
            fields(&[
                ("办件编号", "3715022026112400017"),
                ("办理事项", "诊所备案（首次）"),
                ("诊所名称", CLINIC),
                ("收件日期", "2026年11月24日"),
                ("办结期限", "2026年12月1日（五个工作日）"),
            ]),
            heading("收到的材料"),
            Block::Table {
                head: words(&["序号", "材料名称", "文件校验（SHA-256 前 16 位）"]),
                widths: vec![1, 5, 4],
                rows: vec![
                    words(&["1", "诊所备案信息表", "7c2f09a1e4d86b35"]),
                    words(&["2", "平面布局图", "0b5ee1d37a9914c8"]),
                    words(&["3", "主要负责人身份证明", "d41c7705f2ab8e60"]),
                    words(&["4", "从业人员名录、资格证书及执业证书", "93a7f0de5512cb84"]),
                    words(&["5", "规章制度", "e8810a6c3f9d27b1"]),
                ],
            },
            paragraph(
                "材料齐全且符合规定的，备案机关当场或者在办结期限前签发诊所备案凭证；需要补正的，一次性告知全部内容。",
            ),
        ],
        basis: words(&["《诊所备案管理暂行办法》第七条、第八条"]),
        signatures: words(&["签收人"]),
        ..blank("诊所备案收件回执", "聊开审诊收〔2026〕17号")
    }
}

/// A one-time notice with so many defects.
pub fn corrections(defects: usize) -> PaperContent {
    let known = [
        (
            "平面布局图未标注诊室、治疗室、处置室的面积，请补充标注并加盖公章后重新上传。",
            "位置：材料清单·平面布局图　依据：《诊所备案管理暂行办法》第七条第（三）项",
        ),
        (
            "主要负责人执业经历不足五年：所填经历自2022年3月起算，至今四年八个月。请核对并补充此前的执业经历及证明。",
            "位置：人员·主要负责人·执业经历　依据：《诊所备案管理暂行办法》第五条第（一）项",
        ),
        ("营业时间未填写。", ""),
        (
            "污水、污物、医疗废物处理方案中未载明医疗废物集中处置单位。请补充处置协议。",
            "位置：场所·医疗废物　依据：《医疗废物管理条例》第十九条",
        ),
    ];
    let items: Vec<Item> = (0..defects)
        .map(|n| {
            let (text, note) = known[n % known.len()];
            let text = if n < known.len() { text.to_string() } else { format!("（第{}处）{text}", n + 1) };
            Item { text, note: note.to_string() }
        })
        .collect();
    PaperContent {
        blocks: vec![
            paragraph(
                "你（单位）提交的诊所备案材料（办件编号 3715022026112400017）收悉。经审查，下列内容需要补正，现一次性告知：",
            ),
            Block::List { items },
            paragraph(
                "请于补正后在原办件中重新提交。补正期间不计入办理期限；逾期三十日未补正的，本次办件终止，可以重新提交备案。",
            ),
        ],
        basis: words(&[
            "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第八条",
            "《国务院关于加快推进全国一体化在线政务服务平台建设的指导意见》（国发〔2018〕27号）",
            "《优化营商环境条例》第三十九条",
        ]),
        remedy: "本告知书不是行政处理决定。对告知内容有异议的，可以向本机关申请复核，或者拨打 12345 反映。".to_string(),
        signatures: words(&["签收人"]),
        ..blank("诊所备案一次性告知书", "聊开审诊告〔2026〕12号")
    }
}

fn visit() -> PaperContent {
    let lines = [
        ("场所", "诊所建筑面积与备案一致，不少于40平方米", "符合", ""),
        ("场所", "诊室、治疗室、处置室独立设置，每室独立且布局合理", "符合", ""),
        ("人员", "主要负责人、医师、护士与备案一致，在岗人员持证", "不符合", "一名护士执业地点尚未变更至本机构。"),
        ("设备", "急救设备齐备：氧气瓶（袋）、开口器、牙垫、口腔通气道、简易呼吸器", "符合", ""),
        ("制度", "各项规章制度、诊疗规范成册可用", "符合", ""),
        ("院感", "医疗废物暂存处有标识，交接登记完整", "不符合", "暂存处未上锁，10月份交接登记缺两次；当场指导整改。"),
        ("互联网诊疗", "不适用", "不适用", ""),
    ];
    PaperContent {
        addressee: String::new(),
        blocks: vec![
            fields(&[
                ("被核查诊所", CLINIC),
                ("备案编号", "PDY00001X37150217D2122"),
                ("地址", "山东省聊城市经济技术开发区东城街道黄山南路 36 号 1 幢 101 室"),
                ("核查时间", "2026年11月20日 9:30 至 11:05"),
                ("核查人员", "张建国（执法证号 15070001234）、李敏（执法证号 15070001235）"),
                ("现场照片", "12 张"),
            ]),
            heading("一、核查情况"),
            Block::Table {
                head: words(&["序号", "项目", "核查内容", "结果", "说明"]),
                widths: vec![12, 20, 58, 17, 49],
                rows: lines
                    .iter()
                    .enumerate()
                    .map(|(n, (part, what, result, note))| words(&[&(n + 1).to_string(), part, what, result, note]))
                    .collect(),
            },
            heading("二、核查意见"),
            paragraph(
                "经现场核查，该诊所存在二项不符合要求的情形，责令于2026年12月20日前改正，另行送达限期整改通知书。",
            ),
        ],
        basis: words(&["《诊所备案管理暂行办法》第十条", "《医疗机构管理条例》第四十条"]),
        contact: String::new(),
        issuer: SUPERVISOR.to_string(),
        signed_by: SUPERVISOR.to_string(),
        signatures: words(&["被核查诊所在场人员", "核查人员", "核查人员"]),
        ..blank("诊所现场核查记录", "聊卫诊核〔2026〕8号")
    }
}

fn rectification() -> PaperContent {
    PaperContent {
        issuer: SUPERVISOR.to_string(),
        signed_by: SUPERVISOR.to_string(),
        blocks: vec![
            paragraph("本机关于2026年11月20日对你诊所进行现场核查，发现下列情形不符合诊所基本标准和有关规定："),
            list(&[
                ("一名护士执业地点尚未变更至本机构。", "依据：《护士条例》第十条"),
                ("医疗废物暂存处未上锁，10月份交接登记缺两次。", "依据：《医疗废物管理条例》第十二条、第十七条"),
            ]),
            paragraph(
                "现责令你诊所于2026年12月20日前改正，并将整改情况书面报告本机关。逾期不改正或者整改后仍不符合要求的，依法撤销备案并予以公告。",
            ),
        ],
        basis: words(&["《诊所备案管理暂行办法》第十条第二款"]),
        remedy: REMEDY.replace("本决定书", "本通知书").replace("本决定", "本通知"),
        signatures: words(&["签收人", "送达人"]),
        ..blank("责令限期整改通知书", "聊卫诊改〔2026〕8号")
    }
}

fn decision() -> PaperContent {
    PaperContent {
        blocks: vec![
            fields(&[("诊所名称", CLINIC), ("备案编号", "PDY00001X37150217D2122"), ("主要负责人", "王㛃")]),
            heading("一、查明的事实"),
            paragraph(
                "经查，你诊所在办理诊所备案时提交的《房屋租赁合同》系伪造，实际使用场所与备案地址不符。上述事实有现场核查记录\
                （聊卫诊核〔2026〕8号）、出租人书面证明、询问笔录等证据证实。本机关于2026年11月10日送达撤销备案告知书，你诊所在\
                规定期限内未提出陈述、申辩意见，也未要求听证。",
            ),
            heading("二、决定"),
            paragraph(
                "依据《诊所备案管理暂行办法》第十八条，决定撤销你诊所的备案（备案编号 PDY00001X37150217D2122）。自本决定送达之日起，你诊所不得开展诊疗活动，应当于十日内交回诊所备案凭证。",
            ),
        ],
        basis: words(&["《诊所备案管理暂行办法》第十八条", "《中华人民共和国基本医疗卫生与健康促进法》第三十条"]),
        remedy: REMEDY.to_string(),
        signatures: words(&["签收人", "送达人"]),
        ..blank("撤销诊所备案决定书", "聊开审诊撤〔2026〕1号")
    }
}

fn announcement() -> PaperContent {
    PaperContent {
        addressee: String::new(),
        blocks: vec![
            paragraph("根据《诊所备案管理暂行办法》第十八条，本机关于2026年11月24日决定撤销下列诊所的备案，现予公告："),
            fields(&[
                ("诊所名称", CLINIC),
                ("备案编号", "PDY00001X37150217D2122"),
                ("地址", "山东省聊城市经济技术开发区东城街道黄山南路 36 号"),
                ("决定文号", "聊开审诊撤〔2026〕1号"),
            ]),
            paragraph("该诊所的备案凭证自即日起作废，患者请勿凭其就诊。"),
        ],
        basis: words(&["《诊所备案管理暂行办法》第十八条"]),
        ..blank("关于撤销诊所备案的公告", "聊开审诊公〔2026〕3号")
    }
}

fn loss() -> PaperContent {
    PaperContent {
        issuer: CLINIC.to_string(),
        addressee: String::new(),
        blocks: vec![
            paragraph(
                "我诊所不慎遗失诊所备案凭证（备案编号 PDY00001X37150217D2122，2024年5月22日签发，第2版第1次发放），现声明该凭证作废。",
            ),
            paragraph("由此引起的责任由我诊所承担。"),
        ],
        contact: String::new(),
        basis: words(&["《诊所备案管理暂行办法》第十三条"]),
        signed_by: CLINIC.to_string(),
        ..blank("诊所备案凭证遗失声明", "聊开审诊遗〔2026〕2号")
    }
}

fn copy() -> PaperContent {
    PaperContent {
        addressee: String::new(),
        blocks: vec![
            fields(&[
                ("诊所名称", CLINIC),
                ("备案编号", "PDY00001X37150217D2122"),
                ("用途", "仅用于向某某互联网医疗平台办理入驻"),
                ("使用单位", "某某健康科技有限公司"),
                ("有效期至", "2026年12月24日"),
            ]),
            paragraph("本加注件由诊所备案凭证生成，逾期或者用于其他用途无效。"),
        ],
        basis: words(&["《中华人民共和国电子签名法》第十四条"]),
        ..blank("诊所备案凭证加注件", "聊开审诊注〔2026〕5号")
    }
}

/// As little as there can be.
pub fn shortest() -> PaperContent {
    PaperContent {
        issuer: String::new(),
        title: "公告".to_string(),
        number: String::new(),
        addressee: String::new(),
        blocks: Vec::new(),
        basis: Vec::new(),
        remedy: String::new(),
        contact: String::new(),
        signed_by: "甲局".to_string(),
        signed_on: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        signatures: Vec::new(),
    }
}

/// Every part at its longest, and several of each.
pub fn longest() -> PaperContent {
    let long = |text: &str, times: usize| text.repeat(times);
    let name: String = "聊城市经济技术开发区行政审批与政务服务管理局".chars().cycle().take(40).collect();
    let cell = |n: usize| format!("第{n}格：{}", "内容很长的一格".repeat(n % 5 + 1));
    PaperContent {
        issuer: name.clone(),
        title: "关于撤销某某某某某某某某某某某某诊所备案并责令停止执业活动的决定书".to_string(),
        number: "聊城市经济技术开发区行政审批与政务服务管理局诊所备案撤销〔2026〕12345号".to_string(),
        addressee: "聊城经济技术开发区东城街道黄山南路社区国医堂孙氏中西医结合诊所有限责任公司东城分公司".to_string(),
        blocks: vec![
            paragraph(&long("经审查，该诊所提交的材料需要补正。", 60)),
            heading(&long("一、很长的标题", 8)),
            fields(&[
                ("很长很长很长很长的标签名称要换行", &long("山东省聊城市东昌府区", 8)),
                ("长值", &long("这一格的内容长过一张纸，需要在页末断开后接着排。", 70)),
                ("", ""),
                ("网址", &format!("https://zs.example.gov.cn/p/{}", "7K4MQ2XD9FHT".repeat(12))),
            ]),
            heading("二、表格"),
            Block::Table {
                head: words(&["序号", "项目", "内容", "结果", "说明"]),
                widths: vec![12, 20, 58, 17, 49],
                rows: (0..40)
                    .map(|n| vec![n.to_string(), cell(n), cell(n + 1), "符合".to_string(), cell(n + 2)])
                    .collect(),
            },
            Block::Table {
                head: Vec::new(), widths: Vec::new(), rows: vec![words(&["一", "", "三"]), words(&["四"])]
            },
            Block::List {
                items: (0..12)
                    .map(|n| Item {
                        text: long("应当补正的内容。", n * 4 + 1), note: long("位置与依据；", n * 3)
                    })
                    .collect(),
            },
            heading("三、结语"),
        ],
        basis: (1..=12).map(|n| format!("《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第{n}条")).collect(),
        remedy: long(REMEDY, 4),
        contact: long(CONTACT, 3),
        signed_by: name,
        signed_on: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
        signatures: words(&["签收人", "被核查诊所在场人员（法定代表人或者主要负责人或者受委托人）", "送达人"]),
    }
}

/// Texts that try to be something else.
pub fn hostile() -> PaperContent {
    PaperContent {
        issuer: "局) Tj (\\".to_string(),
        title: "<<告知>> %书".to_string(),
        number: "=cmd|' /C calc'!A0".to_string(),
        addressee: "𠮷𬎆㛃䶮𬭎𪚥诊所：".to_string(),
        blocks: vec![
            paragraph("第一行\n第二行\r\n<script>alert(1)</script> ET Q \u{2f08}人"),
            fields(&[
                ("{{label}}", "</x:xmpmeta>&amp;"),
                ("长词", &"A".repeat(300)),
                ("斜杠", "\\n\\r (nested (parens))"),
            ]),
            list(&[(&"1234567890".repeat(20), "’‘“”……——"), ("，。、开头的标点", &"（".repeat(60))]),
        ],
        basis: words(&["《〈办法〉》第一条", ""]),
        signatures: words(&["签收人：", ""]),
        ..blank("", "")
    }
}
