//! Searching all lambdas at once: what is asked for, what was found, and what is to be written. Pure: whoever reads and
//! writes the files uses these to look through a text and to change it.

use crate::domain::{FileKey, LambdaName};
use crate::editor::{Buffer, Finder, Hit, Position, Query, QueryError, hits};
use crate::workspace::TextHash;
use ropey::Rope;

/// More matches than this are not listed.
pub const HIT_LIMIT: usize = 5_000;

/// A search through all lambdas.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// Names it in the answer.
    pub id: u32,
    /// What is looked for.
    pub query: Query,
    /// What would take its place.
    pub template: String,
    /// The lambdas, in the order in which they are listed.
    pub lambdas: Vec<LambdaName>,
    /// Saved payloads are searched too.
    pub payloads: bool,
    /// Texts that are open: these count, whatever the disk holds.
    pub open: Vec<(FileKey, Rope)>,
}

impl SearchRequest {
    /// The text of `of` as it is open, if it is.
    pub fn open_text(&self, of: &FileKey) -> Option<&Rope> {
        self.open.iter().find(|(open, _)| open == of).map(|(_, rope)| rope)
    }
}

/// What was found in one text.
#[derive(Clone, Debug)]
pub struct FoundIn {
    /// Which.
    pub file: FileKey,
    /// What the file held; `None` for an open text.
    pub hash: Option<TextHash>,
    /// The matches, at least one.
    pub hits: Vec<Hit>,
}

/// The answer to a [`SearchRequest`].
#[derive(Clone, Debug, Default)]
pub struct SearchAnswer {
    /// Its id.
    pub id: u32,
    /// The texts in which something was found.
    pub found: Vec<FoundIn>,
    /// There is more than [`HIT_LIMIT`].
    pub truncated: bool,
    /// What could not be read, and why.
    pub unread: Vec<String>,
    /// What is wrong with what is looked for.
    pub error: Option<String>,
}

impl SearchAnswer {
    /// Looks through everything that `request` names; `read` reads a file, `payloads` lists those of a lambda.
    pub fn to(
        request: &SearchRequest,
        payloads: impl Fn(&LambdaName) -> Vec<String>,
        read: impl Fn(&FileKey) -> Result<String, String>,
    ) -> Self {
        let mut answer = Self { id: request.id, ..Self::default() };
        match Finder::new(&request.query) {
            Ok(None) => {}
            Ok(Some(finder)) => answer.look_through(request, &finder, payloads, read),
            Err(error) => answer.error = Some(QueryError::to_string(&error)),
        }
        answer
    }

    fn look_through(
        &mut self,
        request: &SearchRequest,
        finder: &Finder,
        payloads: impl Fn(&LambdaName) -> Vec<String>,
        read: impl Fn(&FileKey) -> Result<String, String>,
    ) {
        let mut left = HIT_LIMIT;
        for lambda in &request.lambdas {
            let names = if request.payloads { payloads(lambda) } else { Vec::new() };
            let saved = names.into_iter().map(|name| FileKey::Payload(lambda.clone(), name));
            for file in std::iter::once(FileKey::Source(lambda.clone())).chain(saved) {
                let (rope, hash) = match request.open_text(&file) {
                    Some(rope) => (rope.clone(), None),
                    None => match read(&file) {
                        Ok(content) => {
                            (Buffer::new(&content).rope().clone(), Some(TextHash::of(&content)))
                        }
                        Err(error) => {
                            self.unread.push(error);
                            continue;
                        }
                    },
                };
                // One more than there is room for tells that there is more.
                let mut hits = hits(&rope, finder, &request.template, left + 1);
                self.truncated |= hits.len() > left;
                hits.truncate(left);
                left -= hits.len();
                if !hits.is_empty() {
                    self.found.push(FoundIn { file, hash, hits });
                }
                if self.truncated {
                    return;
                }
            }
        }
    }
}

/// Changes of one file.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// Which.
    pub file: FileKey,
    /// What it has to hold; another text is left alone.
    pub expected: TextHash,
    /// What is replaced by what, in the order of the text.
    pub edits: Vec<(Position, Position, String)>,
}

impl FileChange {
    /// `content` as a buffer with the changes made; `None` when it is not what was searched.
    pub fn apply(&self, content: &str) -> Option<Buffer> {
        if TextHash::of(content) != self.expected {
            return None;
        }
        let mut buffer = Buffer::new(content);
        buffer.replace_ranges(&self.edits);
        Some(buffer)
    }
}

/// What became of changes of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// The files that were written.
    pub written: Vec<FileKey>,
    /// What was not written, and why.
    pub failed: Vec<String>,
}

impl Replaced {
    /// Makes `changes`; `read` and `write` do what their names say with a file.
    pub fn by(
        changes: &[FileChange],
        read: impl Fn(&FileKey) -> Result<String, String>,
        mut write: impl FnMut(&FileKey, &Buffer) -> Result<(), String>,
    ) -> Self {
        let mut replaced = Self::default();
        for change in changes {
            let done = read(&change.file).and_then(|content| {
                let changed = change.apply(&content).ok_or_else(|| {
                    format!(
                        "{} was changed by another program and left alone",
                        change.file.opening()
                    )
                })?;
                write(&change.file, &changed)
            });
            match done {
                Ok(()) => replaced.written.push(change.file.clone()),
                Err(error) => replaced.failed.push(error),
            }
        }
        replaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> LambdaName {
        LambdaName::new(text).unwrap()
    }

    fn request(text: &str) -> SearchRequest {
        SearchRequest {
            id: 7,
            query: Query { text: text.into(), ..Query::default() },
            template: "two".into(),
            lambdas: vec![name("a"), name("b"), name("gone")],
            payloads: false,
            open: vec![(FileKey::Source(name("b")), Rope::from_str("one one"))],
        }
    }

    fn read(text: &FileKey) -> Result<String, String> {
        match text {
            FileKey::Source(lambda) if lambda.as_str() == "a" => Ok("one\r\n".into()),
            FileKey::Payload(..) => Ok("{\"one\": 1}".into()),
            FileKey::Source(lambda) => Err(format!("{lambda} cannot be read")),
        }
    }

    #[test]
    fn open_texts_count_as_they_are_open_and_what_cannot_be_read_is_told() {
        let answer = SearchAnswer::to(&request("one"), |_| Vec::new(), read);
        let found: Vec<_> =
            answer.found.iter().map(|f| (f.file.to_string(), f.hits.len())).collect();
        assert_eq!(found, [("a".into(), 1), ("b".into(), 2)]);
        assert_eq!((answer.id, answer.unread.as_slice()), (7, &["gone cannot be read".into()][..]));
        let with_payloads = SearchRequest { payloads: true, ..request("one") };
        let answer = SearchAnswer::to(&with_payloads, |_| vec!["x".into()], read);
        assert_eq!(answer.found[1].file.to_string(), "the payload `x` of a");
        assert_eq!(SearchAnswer::to(&request(""), |_| Vec::new(), read).found.len(), 0);
    }

    #[test]
    fn the_list_is_bounded() {
        let mut request = request("x");
        request.open =
            vec![(FileKey::Source(name("a")), Rope::from_str(&"x".repeat(HIT_LIMIT + 1)))];
        let answer = SearchAnswer::to(&request, |_| Vec::new(), read);
        assert!(answer.truncated);
        assert_eq!(answer.found[0].hits.len(), HIT_LIMIT);
    }

    #[test]
    fn a_file_is_changed_as_it_was_searched_or_not_at_all() {
        let at = |column| Position::new(0, column);
        let change = |content: &str| FileChange {
            file: FileKey::Source(name("a")),
            expected: TextHash::of(content),
            edits: vec![(at(0), at(3), "two".into())],
        };
        let mut written = Vec::new();
        let changes = [change("one\r\n"), change("other")];
        let replaced = Replaced::by(&changes, read, |_, buffer| {
            written.push(buffer.text());
            Ok(())
        });
        assert_eq!(written, ["two\r\n"], "with its line ending");
        assert_eq!(replaced.failed, ["a was changed by another program and left alone"]);
    }
}
