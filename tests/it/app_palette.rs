//! The palette: files, functions, lines, commands and tabs in one box.

use crate::app_kit::{Harness, name};
use lambdeck::app::input::Input;
use lambdeck::app::state::Screen;
use lambdeck::domain::FileKey;
use lambdeck::editor::Position;

const SOURCE: &str = "fn first(a) {\n    a\n}\n\nprivate fn second(a, b) {\n    a + b\n}\n\nfn lambda(input) {\n    first(1)\n}\n";

fn with_payload() -> Harness {
    let h = Harness::sample();
    h.disk.workspace().save_payload(&name("hello"), "off_hours", "{ \"headers\": [] }\n").unwrap();
    h
}

/// A text of a hundred lines, its cursor at the start.
fn long() -> Harness {
    Harness::editing(&"// line\n".repeat(100))
}

#[test]
fn before_anything_is_typed_it_lists_the_last_files_then_the_others_then_where_else_it_leads() {
    let mut h = with_payload();
    h.keys("<ctrl-o>scan<enter><ctrl-o>hello<enter><ctrl-p>");
    let y = |h: &Harness, text: &str| h.find(text).y;
    assert!(y(&h, "Recent") < y(&h, "Lambdas  ").max(y(&h, "greet_new_conversation")));
    assert!(y(&h, "> scan_keywords") < y(&h, "greet_new_conversation"), "{}", h.screen());
    assert!(y(&h, "greet_new_conversation") < y(&h, "hello/off_hours.json"));
    assert!(y(&h, "hello/off_hours.json") < y(&h, "@ functions"));
    h.see("10/10").keys("<enter>");
    assert_eq!(h.state.editor.lambda(), Some(&name("scan_keywords")), "back to the file before");
}

#[test]
fn letters_find_files_in_several_terms_and_are_marked() {
    let mut h = with_payload();
    h.keys("<ctrl-p>off he").see("hello/off_hours.json").see("(nothing matches)");
    let plain = h.style_of("/off_hours.json");
    assert_ne!(h.style_of("off_hours.json"), plain, "what matches is marked");
    h.keys("<enter>").see("hello  payloads/off_hours.json");
    h.keys("<ctrl-p>HELLO").dont_see("hello/off").keys("<ctrl-k>hello").see("hello/off");
}

#[test]
fn a_command_is_found_without_knowing_of_the_prefix() {
    let mut h = with_payload();
    h.keys("<ctrl-p>redraw").see("Files").see("Ctrl-L").see("Draws the screen anew.");
    h.keys("<enter>");
    assert!(matches!(h.asked.last(), Some(lambdeck::app::Job::Redraw)));
}

#[test]
fn the_box_names_its_prefixes_and_they_can_be_chosen() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-p>").see("@ functions   : line   > commands   # tabs");
    h.click("@ functions").keys("<enter>");
    h.see("Go to function").see("second(a, b)").keys("<ctrl-k>>").see("Commands");
    h.keys("<ctrl-k>#").see("Open files").keys("<ctrl-k>:").see("Go to line");
    h.keys("<ctrl-k>").see("Go to file, or do").keys("<ctrl-p>");
    assert!(h.state.dialogs.is_empty(), "the key that opens it closes it");
}

#[test]
fn functions_are_found_shown_and_gone_to() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-p>@").see("3/3").see("first(a)").see("private fn second");
    h.keys("sec").see("1/3").keys("<enter>");
    let cursor = h.state.document().unwrap().pane.buffer.cursor();
    assert_eq!(cursor, Position::new(4, 11));
    h.keys("<ctrl-home><alt-3><ctrl-p>@lambda<enter>");
    assert_eq!(h.state.screen, Screen::Editor);
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 8);
    let mut h = Harness::sample();
    h.keys("<ctrl-p>@").see("There is no function in the file in sight.").keys("<enter>");
    assert_eq!(h.state.dialogs.len(), 1);
}

#[test]
fn a_typed_line_is_shown_at_once_and_esc_goes_back() {
    let mut h = long();
    let before = h.screen();
    h.keys("<ctrl-p>:80").see("Line 80 of 101, column 1");
    let viewport = h.state.document().unwrap().pane.viewport;
    assert!((viewport.top..viewport.top + 30).contains(&79));
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor(), Position::default());
    h.keys("<backspace>").see("Line 8 of").keys("000").see("A line of 101 lines");
    h.keys("<esc>");
    assert_eq!(h.screen(), before);
    h.keys("<ctrl-p>:80:4<enter>");
    let pane = &h.state.document().unwrap().pane;
    assert_eq!(pane.buffer.cursor(), Position::new(79, 3));
    let top = pane.viewport.top;
    assert!((top..top + 30).contains(&79));
}

#[test]
fn a_line_can_be_gone_to_in_a_payload_and_nowhere_without_a_text() {
    let mut h = Harness::sample();
    h.keys("<ctrl-p>:3").see("No text is in sight").keys("<enter><esc>");
    h.keys("<ctrl-o>hello<enter><alt-3><ctrl-p>:2<enter>");
    assert_eq!(h.state.session().unwrap().payload.buffer.cursor().line, 1);
}

#[test]
fn alt_x_lists_every_command_with_its_key_and_why_one_cannot_be_done() {
    let mut h = Harness::sample();
    h.keys("<alt-x>").see("Commands").see("> >").see("Ctrl-N");
    h.keys("close file").see("it belongs to: Editor screen").keys("<enter>");
    assert_eq!(h.state.dialogs.len(), 1);
    h.see("Close file belongs elsewhere: Editor screen").keys("<esc>");
    h.keys("<ctrl-o>hello<enter><alt-x>next file").see("not now: no other file is open");
    h.keys("<esc><alt-x><alt-x>");
    assert!(h.state.dialogs.is_empty());
}

#[test]
fn open_tabs_are_listed_with_what_is_unsaved() {
    let mut h = with_payload();
    h.keys("<ctrl-o>scan<enter>// mine<enter><ctrl-o>hello<enter><ctrl-p>#").see("2/2");
    assert!(h.row_of("> scan_keywords").contains('*'), "{}", h.screen());
    h.keys("scan<enter>");
    assert_eq!(h.state.editor.shown, Some(FileKey::Source(name("scan_keywords"))));
}

#[test]
fn the_selected_file_is_shown_beside_the_list_where_there_is_room() {
    let mut h = with_payload();
    h.keys("<ctrl-o>scan<enter>// unsaved words<enter><ctrl-o>hello<enter><ctrl-p>");
    h.see("// unsaved words");
    h.keys("off").see("\"headers\": []");
    assert_eq!(h.state.editor.documents.len(), 2, "looking opens nothing");
    h.resize(80, 24).dont_see("\"headers\": []").see("hello/off_hours.json");
    h.resize(120, 36).see("\"headers\": []").keys("<ctrl-d><ctrl-u><esc>");
    assert!(h.state.dialogs.is_empty());
}

#[test]
fn it_is_drawn_and_typed_into_at_every_size() {
    let mut h = with_payload();
    h.keys("<ctrl-o>hello<enter><ctrl-p>");
    for (width, height) in [(0, 0), (1, 1), (5, 3), (30, 8), (80, 24), (100, 10), (200, 50)] {
        h.resize(width, height);
        for keys in ["@", "<ctrl-k>:2", "<ctrl-k>>save", "<ctrl-k>#", "<ctrl-k>h", "<ctrl-k>"] {
            h.keys(keys).keys("<down><pagedown><up>");
        }
    }
    h.input(Input::Paste(">theme".into()));
}
