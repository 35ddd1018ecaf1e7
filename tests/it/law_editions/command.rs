//! The law's tables by the command line.

use std::path::Path;

use clinic_registry::clock::Clock;
use clinic_registry::store::Store;
use clinic_registry::store::entity::law_edition;
use clinic_registry::store::law::IMPORT;

use super::NOTICE_2027;
use crate::support;
use crate::support::database::Fresh;
use crate::support::process::{Served, binary, output, said};

struct Machine<'a> {
    data: &'a Path,
    database: &'a str,
}

impl Machine<'_> {
    fn admin(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = binary();
        command.args(["admin", "--database", self.database, "--data"]).arg(self.data).args(arguments);
        let output = output(command);
        (output.status.success(), said(&output))
    }
}

#[test]
fn a_law_that_cannot_be_read_is_not_served_but_can_be_mended() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let machine = Machine { data: dir.path(), database: &fresh.url };
        let (good, rules) = machine.admin(&["rules", "export"]);
        assert!(good, "{rules}");
        // As if another program had entered what this one does not understand.
        let store = Store::open(&fresh.url, false).await.unwrap();
        let tx = store.begin().await.unwrap();
        let row = law_edition::Model {
            number: i32::try_from(tx.next_number("law").await.unwrap()).unwrap(),
            name: "rules".into(),
            body: "of another age".into(),
            source: IMPORT.into(),
            actor_id: None,
            actor_name: "谁".into(),
            reason: "不明".into(),
            at: Clock::System.now(),
        };
        tx.add_edition(row).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await.unwrap();

        let mut serve = binary();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--database", &fresh.url, "--data"]).arg(dir.path());
        let refused = output(serve);
        let words = said(&refused);
        assert!(!refused.status.success() && words.contains("cannot be read") && words.contains("rules"), "{words}");
        let path = dir.path().join("rules.toml");
        std::fs::write(&path, &rules).unwrap();
        let (good, words) = machine.admin(&["rules", "import", path.to_str().unwrap(), "--reason", "恢复"]);
        assert!(good && words.contains("已生效"), "{words}");
        drop(Served::start(dir.path(), &fresh.url, &dir.path().join("log"), &[]));
    });
}

#[test]
fn a_regulator_exports_edits_previews_imports_and_lists() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let machine = Machine { data: dir.path(), database: &fresh.url };
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (good, rules) = machine.admin(&["law", "export", "rules"]);
        assert!(good && rules == include_str!("../../../src/law/rules.toml"), "exactly the text in force");

        let year = file("2027.json", NOTICE_2027);
        let (good, words) = machine.admin(&["calendar", "import", &year, "--reason", "国办通知", "--preview"]);
        assert!(good && words.contains("新增 2027-02-20：上班") && words.contains("未生效"), "{words}");
        let (_, list) = machine.admin(&["law", "list"]);
        assert!(!list.contains("国办通知"), "{list}");
        let import = ["calendar", "import", &year, "--reason", "国办通知", "--by", "办公室王一"];
        let (good, words) = machine.admin(&import);
        assert!(good && words.contains("已生效"), "{words}");
        let (_, list) = machine.admin(&["law", "list"]);
        let newest = list.lines().next().unwrap();
        for part in ["calendar", "办公室王一", "国办通知"] {
            assert!(newest.contains(part), "{part}: {list}");
        }
        let (good, words) = machine.admin(&import);
        assert!(!good && words.contains("相同"), "the same again: {words}");

        let spoilt = file(
            "rules.toml",
            &rules.replacen("id = \"R-005\"", "id = \"R-5\"", 1).replacen("years = 5", "years = -5", 1),
        );
        let (good, words) = machine.admin(&["rules", "import", &spoilt, "--reason", "更正"]);
        assert!(
            !good && words.contains("nothing was changed") && words.contains("R-5") && words.contains("-5"),
            "{words}"
        );
        for (table, text) in [("divisions", "x"), ("streets", "x"), ("jurisdictions", "x"), ("regions", "x")] {
            let wrong = file(table, text);
            let (good, words) = machine.admin(&[table, "import", &wrong, "--reason", "更正"]);
            assert!(!good && words.contains("nothing was changed"), "{table}: {words}");
        }
        let (good, words) = machine.admin(&["law", "import", "weather", &year, "--reason", "更正"]);
        assert!(!good && words.contains("jurisdictions"), "names what there is: {words}");
        let (good, words) = machine.admin(&["calendar", "import", "/no/such/file", "--reason", "更正"]);
        assert!(!good && words.contains("/no/such/file"), "{words}");
        let (good, words) = machine.admin(&["rules", "import", &spoilt]);
        assert!(!good && words.contains("--reason"), "{words}");

        let (good, words) = machine.admin(&["jurisdictions", "export"]);
        assert!(good && words.starts_with("authority_uscc,duty,clinic_type,street,valid_from,valid_to"), "{words}");
    });
}
