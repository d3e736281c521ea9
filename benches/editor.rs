//! What a key, a paste and a highlight cost. Text model and colours only; drawing is measured elsewhere.

use divan::{Bencher, black_box};
use lambdeck::editor::{Buffer, Position};
use lambdeck::language::highlight::{Highlighter, Syntax};

const PAGE: &str = "\
/// What it does.
fn greet(input) {
    let name = input.payload.general.name ?? `nobody ${1 + 2}`; // may be missing
    /* a comment
       of two lines */
    if name.len() > 0x10 { return #{ text: \"hi\\n\", tags: [1, 2.5, true, 'x'] }; }
    log::info(name, #{ kind: 1 });
}

";

fn main() {
    divan::main();
}

fn book(lines: usize) -> String {
    PAGE.split_inclusive('\n').cycle().take(lines).collect()
}

#[divan::bench(args = [0, 5_000, 9_999])]
fn key_typed_in_10_000_lines(bencher: Bencher, line: usize) {
    let mut buffer = Buffer::new(&book(10_000));
    buffer.place_cursor(Position::new(line, 4));
    let mut now_ms = 0;
    bencher.bench_local(|| {
        now_ms += 1;
        buffer.type_char(black_box('x'), now_ms);
        buffer.take_changes()
    });
}

#[divan::bench]
fn paste_of_1_mib(bencher: Bencher) {
    let text: String = book(40_000).chars().take(1024 * 1024).collect();
    bencher.with_inputs(|| Buffer::new(&book(10_000))).bench_local_values(|mut buffer| {
        buffer.paste(black_box(&text));
        buffer
    });
}

#[divan::bench(args = [0, 5_000, 9_950])]
fn highlight_after_one_key_in_10_000_lines(bencher: Bencher, line: usize) {
    let mut buffer = Buffer::new(&book(10_000));
    let mut highlighter = Highlighter::new(Syntax::Rhai);
    highlighter.highlight(buffer.rope(), 0..10_000, usize::MAX);
    buffer.place_cursor(Position::new(line + 20, 4));
    let mut count = 0;
    bencher.bench_local(|| {
        // Deleted again in turn, so that the line stays a line.
        count += 1;
        if count % 2 == 0 {
            buffer.backspace();
        } else {
            buffer.type_char('x', count);
        }
        highlighter.edited(&buffer.take_changes());
        highlighter.highlight(buffer.rope(), line..line + 40, 500)
    });
}

/// The first call of the program compiles the regular expressions too; see the slowest sample.
#[divan::bench]
fn highlight_the_first_50_lines(bencher: Bencher) {
    let buffer = Buffer::new(&book(10_000));
    bencher.bench_local(|| Highlighter::new(Syntax::Rhai).highlight(buffer.rope(), 0..50, 100));
}

#[divan::bench]
fn highlight_10_000_lines(bencher: Bencher) {
    let buffer = Buffer::new(&book(10_000));
    bencher.bench_local(|| {
        Highlighter::new(Syntax::Rhai).highlight(buffer.rope(), 0..10_000, usize::MAX)
    });
}
