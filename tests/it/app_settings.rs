//! The Settings screen: domains, secrets, variables and limits, changed in place.

use crate::app_kit::*;
use lambdeck::app::state::Screen;

#[test]
fn domains_are_allowed_changed_and_forbidden_with_their_name() {
    let mut h = Harness::sample();
    h.keys("5").see("Allowed domains").see("None: nothing goes out");
    assert_eq!(h.state.screen, Screen::Settings);
    h.keys("nhttps://api.example.com<enter>").see("it is the name alone");
    h.keys("<ctrl-k>api.example.com<enter>").see("api.example.com");
    let config = std::fs::read_to_string(h.disk.root().join("lambdeck.toml")).unwrap();
    assert!(config.contains("allowed_domains = [\"api.example.com\"]"), "{config}");
    h.keys("j<enter>*.example.org<enter>").see("*.example.org").dont_see("api.example.com");
    h.wait(6_000);
    h.keys("x").see("Delete the domain `*.example.org`?").keys("<esc>").see("*.example.org");
    h.keys("xy").see("Lambdas may no longer call *.example.org").wait(6_000);
    h.dont_see("*.example.org").see("None: nothing goes out");
}

#[test]
fn networks_are_allowed_changed_and_forbidden() {
    let mut h = Harness::sample();
    h.keys("5jj").see("Allowed networks").see("None: only public addresses are reached");
    h.keys("n10.1.2.3/8<enter>").see("`10.0.0.0/8`, the address alone `10.1.2.3`");
    h.keys("<ctrl-k>127.0.0.1<enter>").see("Lambdas may reach 127.0.0.1");
    let local = "127.0.0.1".parse().unwrap();
    assert!(h.state.project.reach.networks[0].contains(local));
    h.keys("j<enter><ctrl-k>10.1.0.0/16<enter>").see("10.1.0.0/16");
    assert_eq!(h.state.project.reach.networks.len(), 1);
    h.keys("x").see("Delete the network `10.1.0.0/16`?").keys("y").see("None: only public");
}

#[test]
fn a_secret_is_set_unseen_revealed_for_a_moment_renamed_and_deleted() {
    let mut h = Harness::sample();
    h.keys("5jjjj").see("Secrets").keys("ntoken<enter><enter>").see("It is not shown");
    h.keys("hunter2").dont_see("hunter2").see("•••••••").keys("<enter>");
    h.see("token  string").dont_see("hunter2");
    h.keys("j").keys("v").see("hunter2");
    h.wait(4_000).see("hunter2");
    h.wait(2_000).dont_see("hunter2");
    h.keys("v").see("hunter2").keys("v").dont_see("hunter2");
    h.keys("<f2>pass word<enter>").see("cannot stand in a secret's name");
    h.keys("<ctrl-k>password<enter>").see("password  string");
    h.keys("x").see("Delete the secret `password`?").keys("y").dont_see("password  string");
    h.keys("nport<enter>num<enter>many<enter>").see("no number that a lambda can hold");
    h.dont_see("many").keys("<ctrl-k>8080<enter>").see("port  number");
}

#[test]
fn variables_and_limits_are_those_of_the_lambda_at_hand_and_held_to_productions_rules() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><alt-5>").see("Environment variables of hello");
    h.clicks("Environment variables of hello", 2).see("New variable: name");
    h.keys("HTTPS_PROXY<enter>").see("the platform keeps this name");
    h.keys("<ctrl-k>REGION<enter>eu<enter>").see("REGION");
    assert_eq!(h.state.project.lambda(&name("hello")).unwrap().env["REGION"], "eu");
    h.clicks("Environment variables of every lambda", 2).keys("REGION<enter>us<enter>");
    h.clicks("Environment variables of every lambda", 2).keys("TEAM<enter>blue<enter>").see("TEAM");
    let env = h.state.project.env_of(&name("hello"));
    assert_eq!((&*env["REGION"], &*env["TEAM"]), ("eu", "blue"), "a lambda's own stand over all");
    h.see("milliseconds that a run may take").clicks("Limits of hello", 1);
    h.keys("j<enter>")
        .see("deadline_ms: milliseconds")
        .keys("0<enter>")
        .see("a whole number above 0");
    h.keys("<ctrl-k>1500<enter>");
    assert_eq!(h.state.project.limits_of(&name("hello")).deadline_ms, 1500);
    h.keys("x");
    assert_eq!(h.state.project.limits_of(&name("hello")).deadline_ms, 30_000);
}

#[test]
fn it_is_whole_at_eighty_columns() {
    let mut h = Harness::sample();
    h.resize(80, 24).keys("5").see("Settings").see("Allowed domains").see("deadline_ms");
    h.keys("G").see("response_bytes").see("bytes of a response, unpacked");
}

#[test]
fn the_template_picker_says_what_has_to_be_set_up() {
    let mut h = Harness::empty();
    h.keys("<ctrl-n>no event<enter>").see("2 of 3").dont_see("Needs the");
    h.keys("secret storage").see("Needs the secret `visits`");
}

#[test]
fn what_a_template_needs_is_set_up_step_by_step_when_its_lambda_is_made() {
    let mut h = Harness::sample();
    h.keys("<ctrl-n>no event<enter>salesforce<enter>crm<enter>");
    h.see("Set up crm").see("domain    login.salesforce.com").see("where an expired token");
    h.keys("login<enter>")
        .see("Set up crm")
        .see("Lambdas may call")
        .wait(6_000)
        .dont_see("login.salesforce.com");
    assert_eq!(h.state.project.reach.hosts.len(), 1);
    h.keys("CLIENT<enter>").see("At most 1,024 characters").keys("key<enter>");
    assert_eq!(h.state.project.env_of(&name("crm"))["SALESFORCE_CLIENT_ID"], "key");
    h.keys("access<enter>").see("a number, read as one").keys("<enter>hidden<enter>");
    h.see("Set up crm")
        .see("salesforce_refresh_token")
        .wait(6_000)
        .dont_see("salesforce_access_token");
    h.keys("<esc>").dont_see("Set up crm");

    h.keys("<alt-1>/crm<enter>u").see("Set up crm").see("SALESFORCE_URL");
    h.keys("mycompany<enter>URL<enter>x<enter>refresh<enter><enter>y<enter>");
    h.dont_see("Set up crm").see("crm has all that its template needs");
    h.keys("/hello<enter>u").see("its template needs nothing");
}
