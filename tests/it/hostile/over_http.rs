//! Each behaviour as a merchant meets it: a problem document that blames the plugin, and everything else goes on.

use super::stage::Stage;
use super::{BEHAVIOURS, End, number};

#[tokio::test]
async fn each_behaviour_is_a_problem_of_its_own_request_alone() {
    let stage = Stage::open().await;
    for (behaviour, end) in BEHAVIOURS {
        let reply = stage.track("hostile", &number(behaviour)).await;
        stage.expect_no_secret(&reply);
        let is_answer = match end {
            End::Answer => true,
            End::AnswerInTime => reply.status == 200,
            _ => false,
        };
        if is_answer {
            reply.expect(200);
        } else if *end == End::Failure {
            let problem = reply.expect(502).problem();
            assert_eq!((problem.source.as_str(), problem.retryable), ("courier", false), "{behaviour}");
        } else {
            let problem = reply.expect(502).problem();
            let said = (problem.code.as_str(), problem.source.as_str(), problem.retryable);
            assert_eq!(said, ("plugin_failed", "plugin", false), "{behaviour}");
            let detail = problem.detail.unwrap_or_default();
            assert!(detail.starts_with("the plugin of hostile failed: "), "{behaviour}: {detail}");
            assert!(!detail.contains("crashes it"), "the plugin's own words are the operator's: {detail}");
        }
        stage.expect_unharmed(behaviour).await;
    }
    let log = stage.host.log();
    for words in ["passed its limit on CPU time", "passed its limit on memory", "plugin hostile 0.1.0 crashed"] {
        assert!(log.contains(words), "the log does not say that the plugin {words}");
    }
}
