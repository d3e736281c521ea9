//! Reading workspaces that people have edited, and finding them.

use super::*;
use crate::domain::{Reach, Sending, SendingOf, ServeSettings, Severity};
use std::os::unix::fs::symlink;

#[test]
fn one_broken_lambda_is_named_and_the_others_work() {
    let desk = desk();
    let event = event("one", 1);
    desk.add("good", Some(&event)).unwrap();
    let broken = desk.put("lambdas/broken/lambda.toml", "description = \"x\"\nevent = \n");
    desk.put("lambdas/broken/main.rhai", "fn lambda(input) {}");
    let binary = desk.put("lambdas/binary/lambda.toml", b"\xff\xfe");
    desk.put("lambdas/binary/main.rhai", "");
    desk.put("lambdas/bare/main.rhai", "");
    desk.put("lambdas/not-a-name/main.rhai", "");
    desk.put("lambdas/README.md", "a file among the folders");
    desk.put("lambdas/.lambdeck-new-1/lambda.toml", "= left by a killed process");
    let empty = desk.workspace.root().join("lambdas/empty");
    fs::create_dir(&empty).unwrap();

    let loaded = desk.workspace.load();
    let names: Vec<&str> = loaded.lambdas.iter().map(|lambda| lambda.name.as_str()).collect();
    assert_eq!(names, ["bare", "binary", "broken", "empty", "good"]);
    assert_eq!(loaded.lambda(&named("good")).unwrap().event, Some(event.id));
    let found: Vec<_> =
        loaded.problems.iter().map(|p| (p.path.clone(), p.line, p.severity)).collect();
    let not_a_name = desk.workspace.root().join("lambdas/not-a-name");
    assert_eq!(
        found,
        [
            (binary, Some(1), Severity::Error),
            (broken, Some(2), Severity::Error),
            (empty.join(SOURCE_FILE), None, Severity::Error),
            (not_a_name, None, Severity::Warning),
        ]
    );
    assert_eq!(desk.workspace.read_source(&named("broken")).unwrap(), "fn lambda(input) {}");
}

#[test]
fn the_configuration_is_used_as_far_as_it_can_be() {
    let desk = desk();
    desk.put(CONFIG_FILE, "allowed_domains = [\"a.example\", 5]\ntheme = \"dark\"\n[limits]\ndeadline_ms = 500\nlog_lines = -1\n");
    let loaded = desk.workspace.load();
    let hosts: Vec<_> = loaded.config.reach.hosts.iter().map(ToString::to_string).collect();
    assert_eq!(hosts, ["a.example"]);
    let found: Vec<_> = loaded.problems.iter().map(|p| (p.line, p.severity)).collect();
    assert_eq!(
        found,
        [(Some(1), Severity::Error), (Some(2), Severity::Warning), (Some(5), Severity::Error)]
    );
    desk.put("lambdas/x/lambda.toml", "[limits]\nlog_chars = 7\n");
    let lambda = desk.workspace.load().lambdas.remove(0);
    let limits = loaded.config.limits_for(&lambda);
    assert_eq!((limits.deadline_ms, limits.log_chars, limits.log_lines), (500, 7, 10));
}

#[test]
fn what_lambdas_may_reach_is_read_entry_by_entry() {
    let desk = desk();
    desk.put("certs/me.pem", "");
    desk.put(
        CONFIG_FILE,
        "allowed_domains = [\"*.Example.com:8443\", \"*\"]\nallowed_networks = [\"10.0.0.0/8\", \"10.1.1.1/8\"]\n\
         [send]\nhttp = \"dry\"\nmail = \"perhaps\"\n\
         [tls]\nauthorities = [\"certs/me.pem\", \"certs/none.pem\"]\n\
         identities = [{ host = \"a.example\", certificate = \"certs/me.pem\", key = \"certs/me.pem\" }, { host = \"b.example\" }]\n",
    );
    let loaded = desk.workspace.load();
    let (config, reach) = (&loaded.config, &loaded.config.reach);
    assert_eq!(reach.hosts[0].to_string(), "*.example.com:8443");
    assert_eq!(reach.networks[0].to_string(), "10.0.0.0/8");
    assert_eq!(config.sending.http, Sending::Dry);
    assert_eq!(config.sending.mail, Sending::Dry);
    let me = desk.workspace.root().join("certs/me.pem");
    assert_eq!(reach.authorities, std::slice::from_ref(&me));
    assert_eq!((reach.identities.len(), &reach.identities[0].key), (1, &me));
    let lines: Vec<_> = loaded.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [Some(1), Some(2), Some(5), Some(7), Some(8)]);
    assert!(loaded.problems[0].message.contains("`*`"), "{:?}", loaded.problems[0]);
}

#[test]
fn how_it_serves_is_read_key_by_key() {
    let desk = desk();
    desk.put("certs/me.pem", "");
    desk.put(
        CONFIG_FILE,
        "[serve]\nlisten = \"[::]:80\"\ncertificate = \"certs/me.pem\"\nkey = \"certs/me.pem\"\n\
         max_connections = 0\ngrace_ms = 1500\nmax_body_bytes = 70000\nport = 80\nrequire_token = \"yes\"\n",
    );
    let loaded = desk.workspace.load();
    let serve = &loaded.config.serve;
    assert_eq!(serve.listen.to_string(), "[::]:80");
    let me = desk.workspace.root().join("certs/me.pem");
    assert_eq!(serve.tls.as_ref().map(|tls| (&tls.certificate, &tls.key)), Some((&me, &me)));
    assert_eq!((serve.max_connections, serve.max_body_bytes), (1024, 70_000));
    assert_eq!(serve.grace.as_millis(), 1500);
    let lines: Vec<_> = loaded.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [Some(5), Some(8), Some(9)]);
    desk.put(CONFIG_FILE, "[serve]\nlisten = \"localhost:8787\"\n");
    assert_eq!(desk.workspace.load().config.serve.listen.to_string(), "localhost:8787");
    for (wrong, why) in [
        (
            "listen = \"localhost\"",
            "`listen` is `localhost`: it has no host or no port; name one as 127.0.0.1:8787, localhost:8787 or [::]:8787",
        ),
        ("certificate = \"certs/me.pem\"", "`certificate` and `key` together"),
        ("key = \"certs/none.pem\"\ncertificate = \"certs/me.pem\"", "there is no file"),
    ] {
        desk.put(CONFIG_FILE, format!("[serve]\n{wrong}\n"));
        let loaded = desk.workspace.load();
        assert_eq!(loaded.config.serve, ServeSettings::default());
        assert!(loaded.problems[0].message.contains(why), "{:?}", loaded.problems);
    }
}

#[test]
fn the_configuration_of_a_new_workspace_documents_every_default() {
    let bare: String = config::NEW_CONFIG
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
        .flat_map(|line| [line, "\n"])
        .collect();
    let (config, problems) = Config::parse(Path::new(CONFIG_FILE), &bare);
    assert_eq!(problems, []);
    let defaults = crate::domain::Limits::default();
    assert_eq!(config.limits.over(crate::domain::Limits { deadline_ms: 1, ..defaults }), defaults);
    assert!(config.limits.log_chars.is_some() && config.limits.memory_mib.is_some());
    assert_eq!((&*config.reach, config.sending), (&Reach::default(), SendingOf::default()));
    assert_eq!(config.serve, ServeSettings::default());
}

#[test]
fn two_hundred_lambdas_load_in_the_order_of_their_names() {
    let desk = desk();
    for number in (0..200).rev() {
        desk.put(&format!("lambdas/x{number:03}/lambda.toml"), "event = \"many\"\n");
        desk.put(&format!("lambdas/x{number:03}/main.rhai"), "");
    }
    let loaded = desk.workspace.load();
    assert_eq!(loaded.lambdas.len(), 200);
    assert!(loaded.lambdas.is_sorted_by_key(|lambda| &lambda.name));
    assert_eq!(loaded.problems, []);
}

#[test]
fn the_sample_workspace_is_sound_and_goes_when_dropped() {
    let sample = Workspace::sample().unwrap();
    let root = sample.workspace().root().to_path_buf();
    let loaded = sample.workspace().load();
    assert_eq!(loaded.problems, []);
    let connected: Vec<_> = loaded
        .lambdas
        .iter()
        .map(|lambda| (lambda.name.as_str(), lambda.event.is_some()))
        .collect();
    assert_eq!(
        connected,
        [("greet_new_conversation", true), ("hello", false), ("scan_keywords", true)]
    );
    assert!(root.is_dir());
    drop(sample);
    assert!(!root.exists());
}

#[test]
fn a_path_leads_to_the_workspace_the_lambda_or_the_file() {
    let desk = desk();
    desk.add("greet", None).unwrap();
    let root = desk.workspace.root().canonicalize().unwrap();
    let workspace = Workspace::open(&root).unwrap();
    let resolve = |path: &str| Opening::resolve(&root.join(path));
    let shown = |lambda: Option<&str>| Opening::Workspace {
        workspace: workspace.clone(),
        lambda: lambda.map(named),
    };
    for path in ["", "lambdas", ".lambdeck"] {
        assert_eq!(resolve(path).unwrap(), shown(None), "{path}");
    }
    for path in [
        "lambdas/greet",
        "lambdas/greet/main.rhai",
        "lambdas/greet/lambda.toml",
        "lambdas/greet/payloads",
    ] {
        assert_eq!(resolve(path).unwrap(), shown(Some("greet")), "{path}");
    }
    desk.put("templates/mine/main.rhai", "");
    let alone = resolve("templates/mine/main.rhai").unwrap();
    let Opening::Workspace { workspace: loose, lambda: Some(lambda) } = alone else {
        panic!("{alone:?}")
    };
    assert_eq!((loose.loose_file().is_some(), lambda), (true, named("main")));
    assert!(matches!(resolve("lambdeck.toml"), Err(WorkspaceError::NotOpened { .. })));
    assert!(matches!(resolve("missing"), Err(WorkspaceError::Read { .. })));

    let outside = root.parent().unwrap();
    assert_eq!(Opening::resolve(outside).unwrap(), Opening::Offer { folder: outside.into() });
    symlink(root.join("lambdas/greet"), outside.join("link")).unwrap();
    assert_eq!(Opening::resolve(&outside.join("link")).unwrap(), shown(Some("greet")));
}
