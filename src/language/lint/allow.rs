//! Comments that silence findings: `// allow: code, code`.

use super::view::View;
use super::{can_be_allowed, finding, rule, table};
use crate::domain::{Diagnostic, Fix, Place, Severity, TextRange};
use crate::language::nearest::nearest;
use crate::language::syntax::tokens::{Comment, CommentKind};

/// What such a comment begins with, behind the slashes.
const WORD: &str = "allow:";

/// One code in such a comment.
struct Allowance<'a> {
    code: &'a str,
    range: TextRange,
    /// The line whose findings it silences.
    line: u32,
}

/// Takes away what comments allow, and adds what is wrong with these.
pub(super) fn apply(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let allowances = read(view);
    found.retain(|it| {
        !allowances.iter().any(|all| all.line == it.range.start.line && all.code == it.code)
    });
    let mut wrong: Vec<Diagnostic> =
        allowances.iter().filter(|it| !can_be_allowed(it.code)).map(unknown).collect();
    // Where one says so, it may also be allowed that a code is unknown.
    wrong.retain(|it| {
        let line = it.range.start.line;
        !allowances.iter().any(|all| all.line == line && all.code == table::UNKNOWN_CODE.code)
    });
    found.extend(wrong);
}

fn unknown(it: &Allowance<'_>) -> Diagnostic {
    if rule(it.code).is_some() {
        let message = format!("`{}` keeps the source from running and cannot be allowed", it.code);
        return finding(&table::UNKNOWN_CODE, message, it.range);
    }
    let message = format!("no finding is called `{}`", it.code);
    let said = finding(&table::UNKNOWN_CODE, message, it.range);
    match nearest(it.code, super::RULES.iter().map(|it| it.code).filter(|it| can_be_allowed(it))) {
        Some(near) => said.with_help(format!("did you mean `{near}`?")).with_fix(Fix::replace(
            format!("Write `{near}`"),
            it.range,
            near,
        )),
        None => said.with_help("`lambdeck check --explain` lists the codes"),
    }
}

fn read<'a>(view: &View<'a>) -> Vec<Allowance<'a>> {
    let tokens = view.analysis.tree().tokens();
    let mut allowances: Vec<Allowance<'a>> = Vec::new();
    // Of comments on lines of their own, several may stand above one line of code.
    for comment in tokens.comments().rev() {
        let Some(codes) = codes(view.analysis.source(), &comment) else { continue };
        let line = comment.range.start.line;
        let before = tokens.index_at(comment.range.start).checked_sub(1);
        let is_alone = before.is_none_or(|it| tokens[it].range.end.line < line);
        let below = allowances.iter().find(|it| it.range.start.line == line + 1);
        let goes_on = below.filter(|it| it.line > line + 1).map(|it| it.line);
        let target = if is_alone { goes_on.unwrap_or(line + 1) } else { line };
        allowances.extend(codes.into_iter().map(|(code, range)| Allowance {
            code,
            range,
            line: target,
        }));
    }
    allowances
}

/// The codes that a comment names, each with its place.
fn codes<'a>(source: &'a str, comment: &Comment) -> Option<Vec<(&'a str, TextRange)>> {
    if comment.kind != CommentKind::Line {
        return None;
    }
    let text = source.get(comment.bytes.clone())?;
    let words = text.trim_start_matches('/').trim_start().strip_prefix(WORD)?;
    let mut column = comment.range.start.column + (text.len() - words.len()) as u32;
    let mut codes = Vec::new();
    for part in words.split(',') {
        let code = part.trim();
        let lead = part.chars().take_while(|it| it.is_whitespace()).count() as u32;
        if !code.is_empty() {
            let start = Place::new(comment.range.start.line, column + lead);
            let end = Place::new(start.line, start.column + code.chars().count() as u32);
            codes.push((code, TextRange::new(start, end)));
        }
        column += part.chars().count() as u32 + 1;
    }
    Some(codes)
}

/// The fix that allows a finding on its line, which is `line` of the source. What cannot run is not offered to be allowed;
/// who knows better can still write it.
pub fn fix(finding: &Diagnostic, line: &str) -> Option<Fix> {
    if finding.severity == Severity::Error || !can_be_allowed(&finding.code) {
        return None;
    }
    let indent: String = line.chars().take_while(|it| it.is_whitespace()).collect();
    let title = format!("Allow `{}` here", finding.code);
    let place = Place::new(finding.range.start.line, 1);
    Some(Fix::insert(title, place, format!("{indent}// {WORD} {}\n", finding.code)))
}
