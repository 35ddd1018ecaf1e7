//! The law's tables by the command line.

use std::path::Path;

use super::NOTICE_2027;
use crate::support;
use crate::support::database::Fresh;
use crate::support::process::{binary, output, said};

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
