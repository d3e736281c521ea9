//! The README's pictures: screens of the real program, cell by cell. `UPDATE_DOCS=1` draws them anew.

use crate::cli_program::Desk;
use crate::pty_kit::{Opening, Terminal};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use vt100::{Cell, Color, Screen};

/// Width and height of a cell, in the picture's units.
const CELL: (f32, f32) = (8.4, 18.0);

#[test]
fn the_readmes_pictures_show_the_program() {
    let desk = Desk::empty();
    desk.run(&["init", "support-bots"]).succeeds();
    let vip = ["-C", "support-bots", "new", "greet_vip", "--event", "Messaging New Conversation"];
    desk.run(&vip).succeeds();
    // Two programs cannot listen at one port, and the tests run side by side.
    let port = if std::env::var_os("UPDATE_DOCS").is_some() { 8787 } else { 0 };
    let config = desk.read("support-bots/lambdeck.toml");
    let listen = format!("[serve]\nlisten = \"127.0.0.1:{port}\"");
    desk.write("support-bots/lambdeck.toml", config.replace("[serve]", &listen));
    desk.run(&["-C", "support-bots", "deploy", "greet_vip", "--yes"]).succeeds();
    let mut terminal = Opening::of(&desk)
        .path("support-bots/lambdas/greet_vip")
        .size(118, 34)
        .variable("COLORTERM", "truecolor")
        .start();
    terminal.sees("fn lambda(input)").sees("clientIpAdress").sees("serving 127.0.0.1:");
    terminal.press("ctrl-g").sees("Go to line").types("11").press("enter").sees(" 11:1 ");
    terminal.press("ctrl-e down down down down down").sees("input.payload.general.convId");
    keep("editor", &terminal);
    terminal.press("esc").until("the code pane to have the focus", |terminal| {
        terminal.screen().contains("Ctrl-S Save")
    });
    terminal.press("f5").sees("operations").sees("Logs  1");
    keep("invoke", &terminal);
    for sample in ["", "_FIRST_TIME", "_OFF_HOURS"].iter().cycle().take(15) {
        let emit = ["-C", "support-bots", "emit", "Messaging New Conversation"];
        let sample = format!("CONSUMER_OPEN_NEW_CONVERSATION{sample}");
        desk.run(&[emit.as_slice(), &["--sample", &sample, "--wait"]].concat()).succeeds();
    }
    terminal.send(b"\x1b4").sees("16 ok  0 failed").sees("Failed only");
    keep("activity", &terminal);
    terminal.press("ctrl-q").ends_clean(0);
}

fn keep(name: &str, terminal: &Terminal) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}.svg"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, svg(terminal.cells())).unwrap();
    }
    let drawn = fs::read_to_string(&file).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.contains("greet_vip"), "{}", file.display());
}

fn svg(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f32::from(columns.get()) * CELL.0, f32::from(rows.get()) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         font-family=\"'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n"
    );
    for row in 0..rows.get() {
        let cells: Vec<&Cell> =
            (0..columns.get()).filter_map(|column| screen.cell(row, column)).collect();
        grounds(&mut out, row, &cells);
        words(&mut out, row, &cells);
    }
    out + "</svg>\n"
}

/// The grounds of a row, a rectangle for each stretch of one colour.
fn grounds(out: &mut String, row: u16, cells: &[&Cell]) {
    for (start, run) in runs(cells, |cell| color(cell.bgcolor())) {
        let Some(ground) = color(run[0].bgcolor()) else { continue };
        let (x, y) = (start as f32 * CELL.0, f32::from(row) * CELL.1);
        let width = run.len() as f32 * CELL.0 + 0.3;
        let height = CELL.1 + 0.3;
        writeln!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{ground}\"/>").unwrap();
    }
}

/// The words of a row, a text for each stretch of one look, stretched to its cells whatever the font.
fn words(out: &mut String, row: u16, cells: &[&Cell]) {
    let look = |cell: &&Cell| {
        (color(cell.fgcolor()), cell.bold(), cell.italic(), cell.underline(), is_blank(cell))
    };
    for (start, run) in runs(cells, look) {
        if is_blank(run[0]) {
            continue;
        }
        let text: String = run.iter().map(|cell| cell.contents()).collect();
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let (x, y) = (start as f32 * CELL.0, f32::from(row) * CELL.1 + 13.5);
        let length = run.len() as f32 * CELL.0;
        let fill = color(run[0].fgcolor()).unwrap_or_else(|| "#d5dae3".to_owned());
        let mut style = String::new();
        for (is, name) in [
            (run[0].bold(), " font-weight=\"bold\""),
            (run[0].italic(), " font-style=\"italic\""),
            (run[0].underline(), " text-decoration=\"underline\""),
        ] {
            style.push_str(if is { name } else { "" });
        }
        writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" fill=\"{fill}\"{style} xml:space=\"preserve\">{text}</text>").unwrap();
    }
}

fn is_blank(cell: &Cell) -> bool {
    cell.contents().trim().is_empty() && !cell.underline()
}

/// Stretches of cells that are alike, each with its first column.
fn runs<'a, T: PartialEq>(
    cells: &'a [&'a Cell],
    look: impl Fn(&&'a Cell) -> T,
) -> Vec<(usize, &'a [&'a Cell])> {
    let mut start = 0;
    cells
        .chunk_by(|a, b| look(a) == look(b))
        .map(|run| {
            let at = start;
            start += run.len();
            (at, run)
        })
        .collect()
}

fn color(color: Color) -> Option<String> {
    match color {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        _ => None,
    }
}
