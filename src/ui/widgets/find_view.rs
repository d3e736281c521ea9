//! The find bar: what is looked for and how often it is there, what takes its place and what that would change.

use crate::app::screens::find::{FindBar, FindPart};
use crate::app::text_pane::TextPane;
use crate::ui::canvas;
use crate::ui::theme::Theme;
use crate::ui::widgets::field_view;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Cell, Rect};

/// Draws the bar; gives the cursor's cell when it has the focus.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    bar: &FindBar,
    pane: &TextPane,
) -> Option<Cell> {
    if area.is_empty() {
        return None;
    }
    let [first, second] = [0, 1].map(|row| Rect { y: area.y + row, height: 1, ..area });
    let cursor = draw_find(buffer, theme, first, bar, pane);
    let replaces =
        (area.height > 1).then(|| draw_replacement(buffer, theme, second, bar)).flatten();
    match bar.part {
        _ if !bar.focused => None,
        FindPart::Text => cursor,
        FindPart::Replacement => replaces,
    }
}

fn draw_find(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    bar: &FindBar,
    pane: &TextPane,
) -> Option<Cell> {
    let count = match (&bar.error, bar.matches.found.len()) {
        (Some(error), _) => error.clone(),
        (None, _) if bar.field.is_empty() => String::new(),
        (None, 0) => "not found".to_owned(),
        (None, n) => {
            let more = if bar.matches.truncated { "+" } else { "" };
            bar.current(pane)
                .map_or_else(|| format!("{n}{more} found"), |at| format!("{} of {n}{more}", at + 1))
        }
    };
    let bad = bar.error.is_some() || (!bar.field.is_empty() && bar.matches.found.is_empty());
    let used = canvas::put(buffer, area, " Find ", theme.accent());
    let toggles = [
        (bar.case, "case"),
        (bar.word, "word"),
        (bar.regex, "regex"),
        (bar.within.is_some(), "in selection"),
    ];
    let on: Vec<&str> = toggles.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    let right = format!("{}  {count} ", on.join(" "));
    let style = if bad { theme.bad() } else { theme.muted() };
    let counted = canvas::put_right(buffer, behind(area, used), right.trim_start(), style);
    field_view::draw(buffer, theme, shorter(behind(area, used), counted + 1), &bar.field)
}

fn draw_replacement(buffer: &mut Buffer, theme: &Theme, area: Rect, bar: &FindBar) -> Option<Cell> {
    let field = bar.replacement.as_ref()?;
    let used = canvas::put(buffer, area, " Replace ", theme.accent());
    let right = match bar.matches.found.len() {
        0 => String::new(),
        1 => "1 place ".to_owned(),
        n => format!("{n}{} places ", if bar.matches.truncated { "+" } else { "" }),
    };
    let counted = canvas::put_right(buffer, behind(area, used), &right, theme.muted());
    field_view::draw(buffer, theme, shorter(behind(area, used), counted + 1), field)
}

fn behind(area: Rect, used: u16) -> Rect {
    Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area }
}

fn shorter(area: Rect, by: u16) -> Rect {
    Rect { width: area.width.saturating_sub(by), ..area }
}
