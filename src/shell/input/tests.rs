//! What terminals send, and what it means: the same wherever the bytes are cut.

use super::parser::Parser;
use super::{Answer, Clicks, Event, Reader, Received};
use crate::app::input::{Held, Input, Key, Mouse, MouseKind};
use proptest::prelude::*;
use ratatui::layout::Position;
use std::time::{Duration, Instant};

/// Everything that `chunks` mean, with nothing between them but what belongs there.
fn read(chunks: &[&[u8]]) -> Vec<Received> {
    let (mut parser, mut all) = (Parser::default(), Vec::new());
    for chunk in chunks {
        parser.feed(chunk, &mut all);
    }
    if parser.patience().is_some() {
        parser.quiet(&mut all);
    }
    all
}

/// The same when after each chunk nothing comes for longer than anybody waits.
fn read_slowly(chunks: &[&[u8]]) -> Vec<Received> {
    let (mut parser, mut all) = (Parser::default(), Vec::new());
    for chunk in chunks {
        parser.feed(chunk, &mut all);
        if parser.patience().is_some() {
            parser.quiet(&mut all);
        }
    }
    all
}

fn events(all: Vec<Received>) -> Vec<Event> {
    all.into_iter().filter_map(|received| received.event).collect()
}

fn words(all: Vec<Received>) -> Vec<String> {
    events(all).into_iter().map(|event| word(&event)).collect()
}

fn word(event: &Event) -> String {
    match event {
        Event::Input(Input::Key(key)) => key.to_string(),
        Event::Input(Input::Mouse(Mouse { at, kind, held })) => {
            let held = [(held.ctrl, "Ctrl-"), (held.alt, "Alt-"), (held.shift, "Shift-")];
            let held: String = held.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
            format!("{held}{kind:?} {},{}", at.x, at.y)
        }
        Event::Input(Input::Paste(text)) => format!("paste {text:?}"),
        Event::Input(other) => format!("{other:?}"),
        Event::Answer(answer) => format!("answer {answer:?}"),
    }
}

/// What a reader makes of what is read at once, and a while of quiet.
fn read_at_once(reads: &[&[u8]]) -> Vec<String> {
    let mut reader = Reader::default();
    for bytes in reads {
        reader.feed(bytes);
        reader.take_in();
    }
    if reader.rest_until().is_some() {
        reader.quiet();
    }
    words(std::iter::from_fn(|| reader.next()).collect())
}

#[test]
fn lines_that_come_at_once_are_one_text() {
    let rush = |reads: &[&[u8]]| {
        let all = read_at_once(reads);
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].split(", keys").next().unwrap().to_owned()
    };
    let lines = "Rush { text: \"if a {\\r    bcd();\\r}\\r\"";
    assert_eq!(rush(&[b"if a {\r    bcd();\r}\r"]), lines);
    assert_eq!(rush(&[b"if a {\r    bcd();", b"\r}", b"\r"]), lines);
    let cut = "ein paar\rgrößere\rÄpfel".as_bytes();
    assert_eq!(rush(&[&cut[..20], &cut[20..]]), "Rush { text: \"ein paar\\rgrößere\\rÄpfel\"");
    // What stands before and behind it are keys.
    let all = read_at_once(&[b"\x1b[1;5F\x1b[Bif a {\r    bcd();\r}", b"\r\x1b[A"]);
    let [first, second, text, last] = &all[..] else { panic!("{all:?}") };
    assert_eq!((&**first, &**second, &**last), ("Ctrl-End", "Down", "Up"));
    assert!(text.starts_with("Rush { text: \"if a {\\r    bcd();\\r}\\r\""), "{text}");
}

#[test]
fn what_may_be_typed_stays_keys() {
    for typed in [
        &b"log::info(\"hello\");"[..],
        b"a long name that is typed\r",
        b"a\rb\rc",
        b"\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r",
    ] {
        assert_eq!(read_at_once(&[typed]).len(), typed.len());
    }
    let paste = read_at_once(&[b"\x1b[200~if a {\r    b();\r}\x1b[201~"]);
    assert_eq!(paste, ["paste \"if a {\\r    b();\\r}\""]);
}

/// What is sent, and what it means, with blanks between.
const TABLE: &[(&[u8], &[&str])] = &[
    // Characters and control bytes.
    (b"a", &["a"]),
    (b"A ~", &["A", "Space", "~"]),
    ("é日\u{1f469}".as_bytes(), &["é", "日", "\u{1f469}"]),
    (b"\x00\x01\x1a", &["Ctrl-Space", "Ctrl-A", "Ctrl-Z"]),
    (b"\t\r\n\x7f\x08", &["Tab", "Enter", "Ctrl-J", "Backspace", "Backspace"]),
    (b"\x1c\x1d\x1e\x1f", &["Ctrl-\\", "Ctrl-]", "Ctrl-^", "Ctrl-/"]),
    // What is no UTF-8 types nothing, and what comes behind it is itself.
    (b"\xff\xc3a\xc0\x80\xe2\x82b", &["a", "b"]),
    (b"\xe0\x80\x80c\xed\xa0\x80d", &["c", "d"]),
    // Escape and Alt.
    (b"\x1b", &["Esc"]),
    (b"\x1b\x1b", &["Esc", "Esc"]),
    (b"\x1bx\x1bX\x1b.", &["Alt-X", "Alt-Shift-X", "Alt-."]),
    ("\x1bä".as_bytes(), &["Alt-ä"]),
    (b"\x1b\r\x1b\x7f\x1b\x01\x1b\t", &["Alt-Enter", "Alt-Backspace", "Ctrl-Alt-A", "Alt-Tab"]),
    (b"\x1b[", &["Alt-["]),
    (b"\x1bO", &["Alt-Shift-O"]),
    (b"\x1b]x", &["Alt-]", "x"]),
    (b"\x1bPx\x1b_x", &["Alt-Shift-P", "x", "Alt-_", "x"]),
    (b"\x1b^x\x1bXy", &["Alt-^", "x", "Alt-Shift-X", "y"]),
    // Escape, then a sequence, in one piece.
    (b"\x1b\x1b[15~", &["Esc", "F5"]),
    (b"\x1b\x1b[A\x1b\x1bOP", &["Esc", "Up", "Esc", "F1"]),
    // xterm.
    (b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", &["Up", "Down", "Right", "Left", "Home", "End"]),
    (b"\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", &["Up", "Down", "Right", "Left", "Home", "End"]),
    (b"\x1bOP\x1bOQ\x1bOR\x1bOS", &["F1", "F2", "F3", "F4"]),
    (b"\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~", &["F5", "F6", "F7", "F8", "F9", "F10"]),
    (b"\x1b[23~\x1b[24~\x1b[25~\x1b[29~\x1b[34~", &["F11", "F12", "F13", "F16", "F20"]),
    (b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~", &["Ins", "Del", "PgUp", "PgDn"]),
    (b"\x1b[Z\x1b[1;2Z", &["Shift-Tab", "Shift-Tab"]),
    (
        b"\x1b[1;2A\x1b[1;3B\x1b[1;5C\x1b[1;8D",
        &["Shift-Up", "Alt-Down", "Ctrl-Right", "Ctrl-Alt-Shift-Left"],
    ),
    (b"\x1b[1;2P\x1b[1;2R\x1b[1;5S\x1b[15;2~", &["Shift-F1", "Shift-F3", "Ctrl-F4", "Shift-F5"]),
    (b"\x1b[3;5~\x1b[5;2~\x1b[1;6H", &["Ctrl-Del", "Shift-PgUp", "Ctrl-Shift-Home"]),
    (b"\x1b[27;5;13~\x1b[27;2;13~\x1b[27;6;90~", &["Ctrl-Enter", "Shift-Enter", "Ctrl-Shift-Z"]),
    (b"\x1b[27;5;47~\x1b[27;3;120~", &["Ctrl-/", "Alt-X"]),
    (b"\x1bOM\x1bOj\x1bOk\x1bOm\x1bOp\x1bOy", &["Enter", "*", "+", "-", "0", "9"]),
    // Other terminals: the Linux console, rxvt, old ones.
    (b"\x1b[[A\x1b[[E\x1b[[Fz", &["F1", "F5", "z"]),
    (b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", &["Home", "End", "Home", "End"]),
    (b"\x1b[a\x1b[d\x1bOa\x1bOd", &["Shift-Up", "Shift-Left", "Ctrl-Up", "Ctrl-Left"]),
    (b"\x1b[3$\x1b[3^\x1b[3@\x1b[7$", &["Shift-Del", "Ctrl-Del", "Ctrl-Shift-Del", "Shift-Home"]),
    (b"\x1bO2P\x1bO5A", &["Shift-F1", "Ctrl-Up"]),
    // The kitty protocol.
    (
        b"\x1b[27u\x1b[13;5u\x1b[9;5u\x1b[127;5u",
        &["Esc", "Ctrl-Enter", "Ctrl-Tab", "Ctrl-Backspace"],
    ),
    (b"\x1b[97;5u\x1b[97;3u\x1b[97:65;4u", &["Ctrl-A", "Alt-A", "Alt-Shift-A"]),
    (b"\x1b[122;5u\x1b[122:90;6u\x1b[122;6u", &["Ctrl-Z", "Ctrl-Shift-Z", "Ctrl-Shift-Z"]),
    (b"\x1b[55:47;6u\x1b[47;5u\x1b[45:95;6u", &["Ctrl-/", "Ctrl-/", "Ctrl-/"]),
    ("\x1b[1089::99;5u\x1b[1089;5u".as_bytes(), &["Ctrl-C", "Ctrl-с"]),
    (b"\x1b[97;5:1u\x1b[97;5:2u\x1b[97;5:3u\x1b[1;1:3A\x1b[15;1:3~", &["Ctrl-A", "Ctrl-A"]),
    (b"\x1b[97;9u\x1b[97;17u\x1b[97;33u\x1b[1;9A", &[]),
    (b"\x1b[97;69u\x1b[97;133u", &["Ctrl-A", "Ctrl-A"]),
    (b"\x1b[57376u\x1b[57399u\x1b[57414u\x1b[57424;2u", &["F13", "0", "Enter", "Shift-End"]),
    (b"\x1b[57358u\x1b[57441;2u\x1b[57428u", &[]),
    (b"\x1b[32;5u\x1b[228;3u", &["Ctrl-Space", "Alt-ä"]),
    // The mouse.
    (b"\x1b[<0;1;1M\x1b[<32;3;2M\x1b[<0;3;2m", &["Press(1) 0,0", "Drag 2,1", "Release 2,1"]),
    (b"\x1b[<64;10;20M\x1b[<65;10;20M", &["WheelUp 9,19", "WheelDown 9,19"]),
    (b"\x1b[<1;2;2M\x1b[<1;2;2m\x1b[<2;2;2M", &["MiddlePress 1,1", "RightPress 1,1"]),
    (
        b"\x1b[<4;2;2M\x1b[<8;2;2M\x1b[<16;2;2M",
        &["Shift-Press(1) 1,1", "Alt-Press(1) 1,1", "Ctrl-Press(1) 1,1"],
    ),
    (b"\x1b[<80;300;400M\x1b[<35;5;5M\x1b[<66;5;5M\x1b[<128;5;5M", &["Ctrl-WheelUp 299,399"]),
    (b"\x1b[<0;0;99999M", &["Press(1) 0,65535"]),
    (b"\x1b[M !\"\x1b[M#!\"\x1b[M`~\xff", &["Press(1) 0,1", "Release 0,1", "WheelUp 93,222"]),
    (b"\x1b[32;4;5M\x1b[35;4;5M\x1b[96;4;5M", &["Press(1) 3,4", "Release 3,4", "WheelUp 3,4"]),
    // Focus and pastes.
    (b"\x1b[I\x1b[O", &["FocusGained"]),
    (b"\x1b[200~a\r\nb\rc\x1b[201~d", &["paste \"a\\r\\nb\\rc\"", "d"]),
    (b"\x1b[200~\x1b[201~", &["paste \"\""]),
    ("\x1b[200~日\x1b[201x\x1b\x1b[201~e".as_bytes(), &["paste \"日\\u{1b}[201x\\u{1b}\"", "e"]),
    (b"\x1b[200~\x1b[A\x1b[200~\xff\x1b[201~", &["paste \"\\u{1b}[A\\u{1b}[200~\u{fffd}\""]),
    (b"\x1b[201~f", &["f"]),
    // Answers are never typed.
    (b"\x1b[?62;4;52c\x1b[?0u", &["answer Device", "answer Keyboard"]),
    (b"\x1b[?2026;2$yx\x1b[>1;10;0c", &["answer Other", "x"]),
    (b"\x1b]11;rgb:0000/1111/2222\x1b\\x", &["answer Ground(Dark, Asked)", "x"]),
    (b"\x1b]11;rgb:ff/fa/f0\x07x", &["answer Ground(Light, Asked)", "x"]),
    (b"\x1b]11;rgb:ff/fa\x07\x1b]11;rgb:/zz/0\x07x", &["answer Other", "answer Other", "x"]),
    (
        b"\x1b[?997;1n\x1b[?997;2n\x1b[?1;2n",
        &["answer Ground(Dark, Changed)", "answer Ground(Light, Changed)", "answer Other"],
    ),
    (b"\x1bP>|terminal 1.2\x1b\\x", &["answer Name(\"terminal 1.2\")", "x"]),
    (b"\x1bP1+r524742\x1b\\\x1b_Gi=1;OK\x1b\\x", &["answer Other", "answer Other", "x"]),
    (b"\x1b[12;40R\x1b[0n\x1b[4;600;800tx", &["x"]),
    // What is broken off, or means nothing.
    (b"\x1b[1;5\x1b[A", &["Up"]),
    (b"\x1b[<0;1\rx", &["Enter", "x"]),
    (b"\x1b[1;5\x18a\x1b[2\x1ab", &["a", "b"]),
    (b"\x1b]11;rgb\rx", &["Enter", "x"]),
    (b"\x1b]11;rgb\x1b[Ax", &["Up", "x"]),
    (b"\x1b[999~\x1b[1;5Y\x1b[?1;2X\x1bO5\x1bOZ", &[]),
    (b"\x1b[99999999999999999999;5u\x1b[;;;;;;;;;;;;;;A", &["Up"]),
];

#[test]
fn every_sequence_means_what_it_means() {
    for (bytes, wanted) in TABLE {
        assert_eq!(words(read(&[bytes])), *wanted, "{}", bytes.escape_ascii());
    }
}

#[test]
fn wherever_a_sequence_is_cut_it_means_the_same() {
    for (bytes, _) in TABLE {
        let whole = read(&[bytes]);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single), whole, "byte by byte: {}", bytes.escape_ascii());
        for cut in 1..bytes.len() {
            let (left, right) = bytes.split_at(cut);
            assert_eq!(read(&[left, right]), whole, "{} at {cut}", bytes.escape_ascii());
        }
    }
}

#[test]
fn all_sequences_in_a_row_mean_what_they_mean_alone() {
    // Those that end by time alone are left out.
    let ended = TABLE.iter().filter(|(bytes, _)| {
        let mut parser = Parser::default();
        parser.feed(bytes, &mut Vec::new());
        parser.patience().is_none()
    });
    let (mut all, mut wanted) = (Vec::new(), Vec::new());
    for (bytes, words) in ended {
        all.extend_from_slice(bytes);
        wanted.extend_from_slice(words);
    }
    assert_eq!(words(read(&[&all])), wanted);
}

#[test]
fn a_report_that_comes_in_two_pieces_types_nothing_however_long_it_takes() {
    let sequences: [&[u8]; 8] = [
        b"\x1b[<35;120;36M",
        b"\x1b[<0;120;36M",
        b"\x1b[15~",
        b"\x1b[1;5A",
        b"\x1b[?62;4c",
        b"\x1b]11;rgb:0000/1111/2222\x1b\\",
        b"\x1b]11;rgb:0000/1111/2222\x07",
        b"\x1bP>|terminal 1.2\x1b\\",
    ];
    for bytes in sequences {
        // A single byte behind a pause is what somebody pressed.
        for cut in 1..bytes.len() - 1 {
            let (left, right) = bytes.split_at(cut);
            let typed: Vec<_> = events(read_slowly(&[left, right]))
                .into_iter()
                .filter(
                    |event| matches!(event, Event::Input(Input::Key(key)) if key.typed().is_some()),
                )
                .collect();
            assert!(typed.is_empty(), "{} at {cut}: {typed:?}", bytes.escape_ascii());
        }
    }
}

#[test]
fn after_escape_and_a_pause_letters_are_letters() {
    assert_eq!(words(read_slowly(&[b"\x1b", b"["])), ["Esc", "["]);
    assert_eq!(words(read_slowly(&[b"\x1b", b"a", b"b"])), ["Esc", "a", "b"]);
    assert_eq!(words(read_slowly(&[b"\x1b", b"ab"])), ["Esc", "a", "b"]);
    assert_eq!(words(read_slowly(&[b"\x1b[", b"A"])), ["Alt-[", "A"]);
}

#[test]
fn a_paste_that_lost_its_end_does_not_swallow_what_is_typed() {
    let lost: &[u8] = b"\x1b[200~some text";
    assert_eq!(words(read_slowly(&[lost, b"x", b"\x11"])), ["paste \"some text\"", "x", "Ctrl-Q"]);
    assert_eq!(words(read_slowly(&[lost, b"\x1b[201~", b"x"])), ["paste \"some text\"", "x"]);
    // A line that stood still goes on with the paste.
    assert_eq!(
        words(read_slowly(&[lost, b" that goes on for a while\x1b[201~"])),
        ["paste \"some text\"", "paste \" that goes on for a while\""]
    );
}

#[test]
fn a_paste_costs_its_length_and_a_bounded_memory() {
    let mut parser = Parser::default();
    let mut all = Vec::new();
    parser.feed(b"\x1b[200~", &mut all);
    let chunk = "日本語\x1b[20".repeat(400);
    let mut sent = 0;
    while sent < 40 << 20 {
        parser.feed(chunk.as_bytes(), &mut all);
        sent += chunk.len();
    }
    parser.feed(b"\x1b[201~", &mut all);
    let pieces: Vec<String> =
        events(all)
            .into_iter()
            .map(|event| {
                if let Event::Input(Input::Paste(text)) = event {
                    text
                } else {
                    panic!("{event:?}")
                }
            })
            .collect();
    assert_eq!(pieces.len(), 3, "it comes in pieces");
    assert!(pieces.iter().all(|piece| piece.len() <= (16 << 20) + chunk.len()));
    assert!(pieces.concat().starts_with(&chunk));
    assert_eq!(pieces.iter().map(String::len).sum::<usize>(), sent, "nothing is lost at the cuts");
}

#[test]
fn the_bytes_of_everything_are_kept_to_be_shown() {
    let all = read(&[b"a\x1b[1;5A\xff\x1b[97;5:3u\x1b[200~hello\x1b[201~"]);
    let bytes: Vec<&[u8]> = all.iter().map(|received| received.bytes.as_slice()).collect();
    let wanted: [&[u8]; 5] = [b"a", b"\x1b[1;5A", b"\xff", b"\x1b[97;5:3u", b"hello"];
    assert_eq!(bytes, wanted);
}

proptest! {
    #[test]
    fn no_bytes_do_harm(
        chunks in prop::collection::vec(
            prop::collection::vec(
                prop_oneof![
                    4 => any::<u8>(),
                    4 => prop::sample::select(&b"\x1b[]OP_M<?;:~u0123456789\x07\\$"[..]),
                ],
                0..40,
            ),
            0..12,
        ),
        slow in any::<bool>(),
    ) {
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        let all = if slow { read_slowly(&chunks) } else { read(&chunks) };
        for received in &all {
            prop_assert!(received.bytes.len() <= 1_026);
        }
        if !slow {
            prop_assert_eq!(all, read(&[&chunks.concat()]));
        }
    }

    #[test]
    fn text_that_is_typed_arrives(text in "[^\\x00-\\x1f\\x7f]{0,40}") {
        let typed: String = events(read(&[text.as_bytes()]))
            .into_iter()
            .filter_map(|event| match event {
                Event::Input(Input::Key(key)) => key.typed(),
                _ => None,
            })
            .collect();
        let printable: String = text.chars().filter(|c| !c.is_control()).collect();
        prop_assert_eq!(typed, printable);
    }
}

#[test]
fn what_is_too_long_for_a_sequence_means_nothing() {
    let long = [b"\x1b[".as_slice(), &b"1;".repeat(5_000), b"A\x1b[B"].concat();
    assert_eq!(words(read(&[&long])), ["Down"]);
    let long = [b"\x1b]11;".as_slice(), &b"x".repeat(50_000), b"\x07y"].concat();
    assert_eq!(words(read(&[&long])), ["y"]);
}

#[test]
fn answers_that_count_are_told_from_the_others() {
    assert_eq!(events(read(&[b"\x1b[?1u"])), [Event::Answer(Answer::Keyboard)]);
    assert_eq!(events(read(&[b"\x1b[?6c"])), [Event::Answer(Answer::Device)]);
}

#[test]
fn every_key_of_the_table_arrives_in_the_kitty_protocol_too() {
    for (text, bytes) in
        [("ctrl-s", "\x1b[115;5u"), ("alt-1", "\x1b[49;3u"), ("ctrl-]", "\x1b[93;5u")]
    {
        let wanted = Event::Input(Input::Key(Key::parse(text).unwrap()));
        assert_eq!(events(read(&[bytes.as_bytes()])), [wanted], "{text}");
    }
}

#[test]
fn quick_presses_at_one_cell_count_to_three() {
    let mut clicks = Clicks::default();
    let start = Instant::now();
    let mut press = |x, ms| {
        let mut mouse =
            Mouse { at: Position::new(x, 1), kind: MouseKind::Press(1), held: Held::default() };
        clicks.count(&mut mouse, start + Duration::from_millis(ms));
        mouse.kind
    };
    let counts: Vec<_> = (0..4).map(|n| press(1, n * 50)).collect();
    assert_eq!(counts, [1, 2, 3, 1].map(MouseKind::Press));
    assert_eq!(press(2, 220), MouseKind::Press(1));
}
