//! Runs the built-in templates on the samples of their events, with doubles of the host functions.

use super::Catalog;
use crate::domain::{ResultShape, Template};
use rhai::{
    Array, Dynamic, Engine, FuncRegistration, Map, Module, NativeCallContext, RhaiFunc, Scope,
    Token,
};
use serde_json::{Value, json};
use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

type Log = Rc<RefCell<Vec<String>>>;

/// Registers `log::*`, which take a message and up to eight extras of any kind.
fn log_module(log: &Log) -> Module {
    let mut module = Module::new();
    for level in ["debug", "info", "warn", "error"] {
        for extras in 0..=8 {
            let log = Rc::clone(log);
            let write = move |_: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| {
                let words: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                log.borrow_mut().push(format!("{level} {}", words.join(" ")));
                Ok(Dynamic::UNIT)
            };
            let types = vec![TypeId::of::<Dynamic>(); extras + 1];
            let func = RhaiFunc::Pure {
                func: Rc::new(write),
                has_context: false,
                is_pure: true,
                is_volatile: true,
            };
            FuncRegistration::new(level).set_into_module_raw(&mut module, types, func);
        }
    }
    module
}

fn command(kind: &str, fields: &[(&str, Dynamic)]) -> Map {
    let mut map = Map::new();
    map.insert("type".into(), kind.to_owned().into());
    for (key, value) in fields {
        map.insert((*key).into(), value.clone());
    }
    map
}

fn messaging_module() -> Module {
    fn text(text: &str) -> Dynamic {
        text.to_owned().into()
    }
    let mut module = Module::new();
    let transfer = |fields: &[(&str, Dynamic)]| command("transfer", fields);
    FuncRegistration::new("system_message").set_into_module(&mut module, move |line: &str| {
        command("systemMessage", &[("text", text(line))])
    });
    FuncRegistration::new("transfer")
        .set_into_module(&mut module, move |skill: &str| transfer(&[("skillId", text(skill))]));
    FuncRegistration::new("transfer").set_into_module(
        &mut module,
        move |skill: &str, agent: &str| {
            transfer(&[("skillId", text(skill)), ("agentId", text(agent))])
        },
    );
    FuncRegistration::new("transfer_to_agent")
        .set_into_module(&mut module, move |agent: &str| transfer(&[("agentId", text(agent))]));
    FuncRegistration::new("close_conversation")
        .set_into_module(&mut module, || command("closeConversation", &[]));
    FuncRegistration::new("no_text").set_into_module(&mut module, || {
        command("systemMessage", &[("text", Array::new().into())])
    });
    module
}

/// An engine with doubles of the host functions and these environment variables.
fn engine(log: &Log, env: &'static [(&'static str, &'static str)]) -> Engine {
    let get =
        move |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let mut variables = Module::new();
    FuncRegistration::new("get").set_into_module(&mut variables, move |name: &str| {
        get(name).map_or(Dynamic::UNIT, |value| Dynamic::from(value.to_owned()))
    });
    FuncRegistration::new("get").set_into_module(
        &mut variables,
        move |name: &str, default: Dynamic| {
            get(name).map_or(default, |value| Dynamic::from(value.to_owned()))
        },
    );
    let mut time = Module::new();
    FuncRegistration::new("now_ms").set_into_module(&mut time, || 1_773_047_524_118_i64);
    let mut engine = Engine::new();
    engine.register_static_module("log", log_module(log).into());
    engine.register_static_module("messaging", messaging_module().into());
    engine.register_static_module("env", variables.into());
    engine.register_static_module("time", time.into());
    engine.register_fn("random", |min: i64, _max: i64| min);
    engine.set_max_expr_depths(128, 128);
    // `debug` is a reserved word; behind `::` it is a name like any other.
    let behind_colons = Cell::new(false);
    #[expect(deprecated, reason = "marked as volatile, the only way to `log::debug`")]
    engine.on_parse_token(move |token, _, _| {
        match (behind_colons.replace(token == Token::DoubleColon), token) {
            (true, Token::Reserved(name)) => Token::Identifier(name),
            (_, token) => token,
        }
    });
    engine
}

/// What the template makes of `input`, and what it logged.
fn run(template: &Template, env: &'static [(&str, &str)], input: &Value) -> (Value, Vec<String>) {
    let log = Log::default();
    let engine = engine(&log, env);
    let ast = engine
        .compile(&*template.source)
        .unwrap_or_else(|error| panic!("{}: {error}", template.id));
    let input = rhai::serde::to_dynamic(input).unwrap();
    let result: Dynamic = engine
        .call_fn(&mut Scope::new(), &ast, "lambda", (input,))
        .unwrap_or_else(|error| panic!("{}: {error}", template.id));
    let result = serde_json::to_value(&result).unwrap();
    drop(engine);
    (result, log.take())
}

fn template(id: &str) -> Template {
    Catalog::built_in().find_template(id).unwrap().clone()
}

/// The input of the sample for `sub_type` of the template's event.
fn sample(template: &Template, sub_type: &str) -> Value {
    let catalog = Catalog::built_in();
    let event = catalog.event(template.event.as_ref().unwrap()).unwrap();
    serde_json::from_str(&event.sample(sub_type).unwrap().text).unwrap()
}

const ENV: &[(&str, &str)] =
    &[("URGENT_SKILL", "900009"), ("UNSTAFFED_SKILL", "900002"), ("FALLBACK_SKILL", "900003")];

#[test]
fn every_template_succeeds_on_every_sample_with_a_result_its_event_accepts() {
    let catalog = Catalog::built_in();
    let mut runs = 0;
    for template in catalog.templates.iter().filter(|template| template.event.is_some()) {
        let event = catalog.event(template.event.as_ref().unwrap()).unwrap();
        for sample in &event.samples {
            let input: Value = serde_json::from_str(&sample.text).unwrap();
            for env in [&[], ENV] {
                let (result, log) = run(template, env, &input);
                let shape = event.result.check(&result);
                assert_eq!(shape, Ok(()), "{} on {}: {result}", template.id, sample.sub_type);
                assert!(!log.is_empty(), "{} says nothing", template.id);
                runs += 1;
            }
        }
    }
    assert!(runs >= 2 * 27, "only {runs} runs");
}

/// A field that is left out must not end a run: each leaf and each group is taken away once, and the payload with all.
#[test]
fn every_template_survives_any_missing_field() {
    let catalog = Catalog::built_in();
    for template in catalog.templates.iter().filter(|template| template.event.is_some()) {
        let event = catalog.event(template.event.as_ref().unwrap()).unwrap();
        for sample in &event.samples {
            let input: Value = serde_json::from_str(&sample.text).unwrap();
            for pointer in members(&input["payload"], "/payload") {
                let mut without = input.clone();
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                without.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
                let (result, _) = run(template, ENV, &without);
                let shape = event.result.check(&result);
                assert_eq!(shape, Ok(()), "{} without {pointer}: {result}", template.id);
            }
        }
        for payload in [json!({}), json!(null)] {
            let (result, _) = run(template, ENV, &json!({"headers": [], "payload": payload}));
            let shape = event.result.check(&result);
            assert_eq!(shape, Ok(()), "{} on nothing: {result}", template.id);
        }
    }
}

fn members(value: &Value, at: &str) -> Vec<String> {
    let Value::Object(map) = value else { return Vec::new() };
    map.iter()
        .flat_map(|(key, value)| {
            let pointer = format!("{at}/{key}");
            let mut all = members(value, &pointer);
            all.push(pointer);
            all
        })
        .collect()
}

#[test]
fn the_greeting_reads_its_name_and_its_language() {
    let greeting = template("greeting");
    let greet = |input: Value| run(&greeting, &[], &input).0;
    assert_eq!(greet(json!({"headers": [], "payload": {"name": "Ada"}})), json!("Hello Ada!"));
    assert_eq!(greet(json!({"headers": [], "payload": {}})), json!("Hello world!"));
    assert_eq!(greet(json!({"headers": [], "payload": null})), json!("Hello world!"));
    let german = json!([{"key": "language", "value": "de"}]);
    assert_eq!(greet(json!({"headers": german, "payload": {"name": "Ada"}})), json!("Hallo Ada!"));
}

#[test]
fn the_logging_template_uses_all_four_levels() {
    let (_, log) = run(&template("logging"), &[], &json!({"headers": [], "payload": {}}));
    for level in ["debug", "info", "warn", "error"] {
        assert!(log.iter().any(|line| line.starts_with(level)), "{level}: {log:?}");
    }
    let (_, log) =
        run(&template("logging"), &[], &json!({"headers": [], "payload": {"amount": 4}}));
    assert!(log.contains(&"info a share each 25".to_owned()), "{log:?}");
}

#[test]
fn the_keyword_scanner_finds_words_in_any_case_and_explains_when_it_has_no_messages() {
    let scanner = template("keyword_scanner");
    let mut input = sample(&scanner, "AGENT_END_CONVERSATION");
    let (_, log) = run(&scanner, &[], &input);
    assert!(log[0].contains("no messages to scan"), "{log:?}");
    input["payload"]["messages"] = json!([{"text": "REFUND or I cancel", "sentBy": "CONSUMER"}, {"text": "fine"}, "a lawyer", null]);
    let (_, log) = run(&scanner, &[], &input);
    assert!(log[0].starts_with("warn 3 hits"), "{log:?}");
    assert!(log[0].contains("keywordRef:cancel"), "{log:?}");
}

#[test]
fn templates_act_on_what_the_payload_says() {
    let chat = template("chat_post_survey_email_transcript");
    let mails = |sub_type| run(&chat, &[], &sample(&chat, sub_type)).0.as_array().unwrap().len();
    assert_eq!((mails("satisfied"), mails("dissatisfied")), (1, 2));

    let idle = template("messaging_conversation_idle");
    let (result, _) = run(&idle, &[], &sample(&idle, "CONSUMER_NON_RESPONSIVE"));
    assert_eq!(result[1], json!({"type": "closeConversation"}));

    let ttr = template("messaging_ttr");
    let urgent = sample(&ttr, "CONSUMER_ASKED_URGENT_RESPONSE_TIME");
    assert_eq!(run(&ttr, &[], &urgent).0.as_array().unwrap().len(), 1);
    assert_eq!(run(&ttr, ENV, &urgent).0[1], json!({"type": "transfer", "skillId": "900009"}));

    let routing = template("messaging_conversation_routing");
    let (result, _) = run(&routing, ENV, &sample(&routing, "ENGAGEMENT_TRANSFERED"));
    assert_eq!(result[0]["text"], "You are now with Billing.");
    assert_eq!(result[1]["skillId"], "900003");
}

#[test]
fn every_event_has_a_default_template_and_survey_lambdas_answer_ok() {
    let catalog = Catalog::built_in();
    for event in &catalog.events {
        let offer = catalog.templates_for(Some(&event.id));
        assert_eq!(offer[0].name, event.name);
        assert_eq!(offer[0].event.as_ref(), Some(&event.id));
        if event.result == ResultShape::Ignored {
            let input = serde_json::from_str(&event.samples[0].text).unwrap();
            assert_eq!(run(offer[0], &[], &input).0, json!("ok"));
        }
    }
}

#[test]
fn templates_are_neat() {
    for template in Catalog::built_in().templates {
        let lines: Vec<_> = template.source.lines().collect();
        assert!((25..=70).contains(&lines.len()), "{}: {} lines", template.id, lines.len());
        for line in lines {
            let indent = line.len() - line.trim_start().len();
            assert!(indent % 4 == 0 && !line.contains('\t'), "{}: {line}", template.id);
            assert!(
                line.chars().count() <= 100 && line == line.trim_end(),
                "{}: {line}",
                template.id
            );
        }
        assert!(template.source.ends_with("}\n"), "{}", template.id);
    }
}
