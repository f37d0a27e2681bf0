//! What runs without a setting.

use rig::Program;

/// It is not started here: port 8000 may be taken.
#[test]
fn the_mock_needs_no_setting() {
    let help = Program::of_workspace("mock-api").argument("--help").run();
    let help = &help.must_succeed().out;
    assert!(help.contains("MOCK_LISTEN (default [::]:8000)"), "{help}");
    assert!(help.contains("MOCK_DATABASE_URL (default sqlite::memory:)"), "{help}");
    assert!(help.contains("MOCK_CUSTOMERS (default acme)"), "{help}");
    assert!(!help.contains("(required"), "{help}");
}
