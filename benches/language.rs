//! What it costs to understand a source, and to answer a key.

use divan::{Bencher, black_box};
use lambdeck::catalog::Catalog;
use lambdeck::domain::Place;
use lambdeck::language::analysis::{Analysis, Context};
use lambdeck::language::complete::Trigger;
use lambdeck::language::lint;
use lambdeck::language::syntax::Tree;
use std::sync::Arc;

const FUNCTION: &str = "\
/// What it does.
fn step_NUMBER(input, count) {
    let general = input.payload?.general ?? #{};
    let skill = env::get(\"SKILL\", 900002); // may be missing
    if general.inOffHours == true && count < 10 {
        return messaging::system_message(`Off hours ${general.convId + \"!\"}`);
    }
    for (word, index) in [\"refund\", \"cancel\"] {
        log::info(word, index, #{ kind: 1, conversation: general.convId });
    }
    let found = [1, 2, 3].filter(|x| x != count).map(|x| x * 2);
    switch general.cbotEventType { \"A\" => found.len(), 1..3 => count, _ => step_NUMBER(input, count + 1) }
}

";

fn main() {
    divan::main();
}

fn source(is_enough: impl Fn(&str) -> bool) -> String {
    let mut source = String::from("fn lambda(input) {\n    step_0(input, 1)\n}\n\n");
    for number in 0.. {
        if is_enough(&source) {
            break;
        }
        source.push_str(&FUNCTION.replace("NUMBER", &number.to_string()));
    }
    source
}

fn lines_3_000() -> String {
    source(|it| it.lines().count() >= 3_000)
}

fn chars_100_000() -> String {
    source(|it| it.len() >= 100_000)
}

fn context() -> Arc<Context> {
    let catalog = Catalog::built_in();
    let event = &catalog.events[0];
    let schema = serde_json::from_str(&event.schema).expect("a built-in schema is JSON");
    Arc::new(Context::new(Some(&schema), &[]))
}

/// The promise: 10 ms.
#[divan::bench]
fn all_that_is_wrong_with_1_000_lines(bencher: Bencher) {
    let (source, context) = (source(|it| it.lines().count() >= 1_000), context());
    bencher.bench(|| lint::check(black_box(&source), context.clone()));
}

/// The same where every other function has an error.
#[divan::bench]
fn all_that_is_wrong_with_1_000_broken_lines(bencher: Bencher) {
    let (source, context) = (source(|it| it.lines().count() >= 1_000), context());
    let broken = source.replace("let skill = env", "let skill = = env");
    bencher.bench(|| lint::check(black_box(&broken), context.clone()));
}

/// The promise: 50 ms.
#[divan::bench]
fn all_that_is_wrong_with_100_000_characters(bencher: Bencher) {
    let (source, context) = (chars_100_000(), context());
    bencher.bench(|| lint::check(black_box(&source), context.clone()));
}

/// The same after a key in it.
#[divan::bench]
fn all_that_is_wrong_after_a_key_in_100_000_characters(bencher: Bencher) {
    let (source, context) = (chars_100_000(), context());
    let before = Analysis::of(source.as_str(), context.clone());
    lint::findings(&before);
    let edited = source.replace("step_70(input, count) {", "step_70(input, count) { 1;");
    bencher
        .bench_local(|| lint::findings(&before.again(black_box(edited.as_str()), context.clone())));
}

#[divan::bench]
fn tree_of_100_000_characters(bencher: Bencher) {
    let source = chars_100_000();
    bencher.bench_local(|| Tree::parse(black_box(&source)));
}

#[divan::bench]
fn analysis_of_100_000_characters(bencher: Bencher) {
    let (source, context) = (chars_100_000(), context());
    Analysis::of(source.as_str(), context.clone());
    bencher.bench_local(|| Analysis::of(black_box(source.as_str()), context.clone()));
}

/// What is asked once the source is understood, which happens beside the typing.
#[divan::bench(args = ["general.", "gen", "log::"])]
fn completion_in_3_000_lines(bencher: Bencher, typed: &str) {
    let (source, place) = typing(typed);
    let analysis = Analysis::of(source, context());
    bencher.bench_local(|| {
        analysis.complete(black_box(place), Trigger::Typed, &[]).expect("something fits")
    });
}

/// All that follows from a key: the source is understood anew. The promise: 5 ms.
#[divan::bench]
fn key_to_completion_in_3_000_lines(bencher: Bencher) {
    let (source, place) = typing("general.");
    let context = context();
    let before = Analysis::of(source.replacen("general.\n", "general\n", 1), context.clone());
    bencher.bench_local(|| {
        let analysis = before.again(black_box(source.as_str()), context.clone());
        analysis.complete(place, Trigger::Typed, &[]).expect("something fits")
    });
}

/// The same where nothing is known from before: the first key in a file.
#[divan::bench]
fn first_key_to_completion_in_3_000_lines(bencher: Bencher) {
    let (source, place) = typing("general.");
    let context = context();
    bencher.bench_local(|| {
        let analysis = Analysis::of(black_box(source.as_str()), context.clone());
        analysis.complete(place, Trigger::Typed, &[]).expect("something fits")
    });
}

/// The same for a key that moves what follows to another line.
#[divan::bench]
fn new_line_understood_in_3_000_lines(bencher: Bencher) {
    let (source, _) = typing("general.");
    let context = context();
    let before = Analysis::of(source.replacen("general.\n", "", 1), context.clone());
    bencher.bench_local(|| before.again(black_box(source.as_str()), context.clone()));
}

/// 3,000 lines in the middle of which something is typed, and the place behind it.
fn typing(typed: &str) -> (String, Place) {
    let mut lines: Vec<String> = lines_3_000().lines().map(str::to_owned).collect();
    let index =
        lines.iter().skip(1_500).position(|it| it.contains("let skill")).expect("a line") + 1_500;
    let line = format!("    {typed}");
    let place = Place::new(index as u32 + 1, line.len() as u32 + 1);
    lines.insert(index, line);
    (lines.join("\n"), place)
}
