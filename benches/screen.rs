//! What a key costs between the terminal's event and the cells: the answer, what follows from it, the drawing.

use divan::{Bencher, black_box};
use lambdeck::app::input::{Input, Key, KeyCode};
use lambdeck::app::job::Then;
use lambdeck::app::message::Message;
use lambdeck::app::state::{AppState, Project, ProjectKind, ThemeName};
use lambdeck::app::{receive, update};
use lambdeck::catalog::Catalog;
use lambdeck::domain::{FileKey, Lambda, LambdaName};
use lambdeck::ui::{self, ColorMode, Kept, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use std::path::PathBuf;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// The editor at 120x40 on a lambda of `lines` lines.
fn editing(lines: usize) -> AppState {
    let name = LambdaName::new("bench").expect("a name");
    let mut project = Project::unread(
        "bench",
        PathBuf::from("/bench"),
        ProjectKind::Workspace,
        Arc::new(Catalog::built_in()),
    );
    project.lambdas.push(Lambda::named(name.clone()));
    let mut state = AppState::new(project, Size::new(120, 40), 0);
    let text =
        "    let total = input.payload.general.startTs + 12; // a line of code\n".repeat(lines);
    let file = FileKey::Source(name);
    let message = Message::Opened {
        file,
        text,
        stamp: None,
        payloads: Vec::new(),
        history: None,
        then: Then::Edit,
    };
    receive::receive(&mut state, message, &mut Vec::new());
    update::settle(&mut state, &mut Vec::new());
    state
}

fn key(state: &mut AppState, code: KeyCode) {
    let mut jobs = Vec::new();
    update::input(state, Input::Key(Key::plain(code)), &mut jobs);
    update::settle(state, &mut jobs);
    black_box(jobs);
}

#[divan::bench]
fn key_without_drawing(bencher: Bencher<'_, '_>) {
    let mut state = editing(10_000);
    bencher.bench_local(|| key(&mut state, KeyCode::Char('x')));
}

#[divan::bench]
fn draw_editor(bencher: Bencher<'_, '_>) {
    let state = editing(10_000);
    let theme = Theme::named(ThemeName::Dark, ColorMode::True);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    bencher.bench_local(|| ui::draw(&state, &theme, &mut buffer));
}

/// A key with the frame that follows it, drawn over the one before.
#[divan::bench]
fn key_and_frame(bencher: Bencher<'_, '_>) {
    let mut state = editing(10_000);
    let theme = Theme::named(ThemeName::Dark, ColorMode::True);
    let (mut buffer, mut kept) = (Buffer::empty(Rect::new(0, 0, 120, 40)), Kept::default());
    bencher.bench_local(|| {
        key(&mut state, KeyCode::Char('x'));
        ui::redraw(&state, &theme, &mut buffer, &mut kept)
    });
}
