use super::*;
use crate::app::job::{Contents, Then};
use crate::editor::Buffer;
use crate::workspace::{SampleWorkspace, Stamp};
use std::fs;
use std::path::PathBuf;

const THEIRS: &str = "// theirs, which has another length\n";

struct Desk {
    sample: SampleWorkspace,
    disk: DiskAtOnce,
}

fn hello() -> LambdaName {
    LambdaName::new("hello").unwrap()
}

fn source() -> FileKey {
    FileKey::Source(hello())
}

fn key() -> JournalKey {
    JournalKey::Lambda(hello())
}

fn desk() -> Desk {
    let sample = Workspace::sample().unwrap();
    let workspace = sample.workspace().clone();
    let start = Start::Workspace { workspace, throw_away: false, lambda: None };
    Desk { disk: DiskAtOnce::new(&start, IdentitySource::of_this_process()), sample }
}

impl Desk {
    fn source(&self) -> PathBuf {
        self.sample.workspace().source_path(&hello())
    }

    fn journal(&self) -> PathBuf {
        self.sample.workspace().root().join(".lambdeck/journal")
    }

    /// What is told when a job is done.
    fn told(&mut self, job: DiskJob) -> Option<Message> {
        self.disk.perform(job).pop()
    }

    fn open(&mut self) -> (String, Option<Stamp>) {
        match self.told(DiskJob::Open { file: source(), then: Then::Edit }) {
            Some(Message::Opened { text, stamp, .. }) => (text, stamp),
            other => panic!("{other:?}"),
        }
    }

    fn types(&mut self, text: &str) {
        assert!(
            self.told(DiskJob::Journal { key: key(), text: contents(text), saved_as: None })
                .is_none()
        );
    }

    fn saves(&mut self, text: &str, expected: Option<Stamp>) -> Option<Message> {
        let revision = Buffer::new("").revision();
        self.told(DiskJob::Save {
            file: source(),
            revision,
            text: contents(text),
            expected,
            history: Box::default(),
        })
    }

    fn looks(&mut self, known: Option<Stamp>) -> Option<Message> {
        self.told(DiskJob::Look { file: source(), known })
    }

    /// Puts what the journal holds into the hands of a process that is gone.
    fn orphan(&self, process: u32) {
        let own = format!(".{}.", std::process::id());
        for entry in fs::read_dir(self.journal()).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let gone = name.replace(&own, &format!(".{process}."));
            fs::rename(entry.path(), self.journal().join(gone)).unwrap();
        }
    }
}

fn contents(text: &str) -> Contents {
    Contents(Buffer::new(text).snapshot())
}

#[test]
fn of_several_texts_left_behind_each_is_offered_and_dropped_by_itself() {
    let mut desk = desk();
    let journal = desk.sample.workspace().journal();
    for (text, process) in [("// one", 999_999_991), ("// two", 999_999_992)] {
        journal.write(&key(), TextHash::of(""), text, None).unwrap();
        desk.orphan(process);
        // The newest comes first, and the clock counts in milliseconds.
        let written = std::time::Instant::now();
        while written.elapsed().as_millis() < 2 {}
    }
    assert_eq!(desk.disk.tell_left_behind().len(), 1);
    let Some(Message::Unsaved(entry)) = desk.told(DiskJob::DropRecovered(key())) else {
        panic!("the older one is offered next")
    };
    assert_eq!(entry.text, "// one");
    assert!(entry.file().exists());
    assert!(desk.told(DiskJob::DropRecovered(key())).is_none());
    assert!(!entry.file().exists());
}

#[test]
fn a_touched_file_and_a_save_on_its_way_are_no_changes() {
    let mut desk = desk();
    let (text, stamp) = desk.open();
    fs::write(desk.source(), &text).unwrap();
    assert!(desk.looks(stamp).is_none(), "it was touched");
    assert!(matches!(desk.saves("// mine\n", stamp), Some(Message::Saved { .. })));
    assert!(desk.looks(stamp).is_none(), "the app does not know of the save yet");
}

#[test]
fn what_was_not_accepted_is_asked_about_again_and_what_was_is_the_new_base() {
    let mut desk = desk();
    let (ours, stamp) = desk.open();
    fs::write(desk.source(), THEIRS).unwrap();
    let Some(Message::Changed { stamp: theirs, .. }) = desk.looks(stamp) else { panic!("changed") };
    assert!(matches!(desk.looks(stamp), Some(Message::Changed { .. })), "not accepted");
    assert!(matches!(desk.saves("// mine", stamp), Some(Message::Changed { saving: true, .. })));
    assert!(desk.looks(theirs).is_none());
    fs::write(desk.source(), ours).unwrap();
    assert!(
        matches!(desk.looks(theirs), Some(Message::Changed { .. })),
        "the old text is a change"
    );
}

#[test]
fn what_cannot_be_read_is_not_written_over() {
    let mut desk = desk();
    let (_, stamp) = desk.open();
    fs::write(desk.source(), b"\xff\xfe not text").unwrap();
    let Some(Message::NotSaved { error, .. }) = desk.saves("// mine", stamp) else { panic!() };
    assert!(error.contains("another program changed it"), "{error}");
    assert_eq!(fs::read(desk.source()).unwrap(), b"\xff\xfe not text");
    assert!(matches!(desk.saves("// mine", None), Some(Message::Saved { .. })), "asked for");
}

#[test]
fn unsaved_text_goes_to_the_trash_with_its_lambda() {
    let mut desk = desk();
    desk.open();
    desk.types("// never saved");
    assert!(matches!(desk.told(DiskJob::Delete(hello())), Some(Message::Deleted(_))));
    let trash = desk.sample.workspace().root().join(".lambdeck/trash");
    let folder = fs::read_dir(trash).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read_to_string(folder.join("unsaved.rhai")).unwrap(), "// never saved");
    assert!(folder.join("main.rhai").exists());
}

#[test]
fn a_job_that_may_wait_for_others_comes_after_the_journal() {
    let mut desk = desk();
    desk.open();
    desk.types("// typed");
    let to = LambdaName::new("copy").unwrap();
    desk.disk.perform(DiskJob::Duplicate { lambda: hello(), to });
    assert_eq!(fs::read_dir(desk.journal()).unwrap().count(), 1);
}

#[test]
fn a_lambda_that_is_gone_is_told_with_where_its_text_lies() {
    let mut desk = desk();
    let journal = desk.sample.workspace().journal();
    journal.write(&key(), TextHash::of(""), "// left", None).unwrap();
    desk.orphan(999_999_991);
    desk.disk.tell_left_behind();
    fs::remove_dir_all(desk.sample.workspace().lambda_dir(&hello())).unwrap();
    let open = DiskJob::Open { file: source(), then: Then::Edit };
    let Some(Message::NotOpened { error, .. }) = desk.told(open) else { panic!("it is gone") };
    let file = journal.list().remove(0).file().display().to_string();
    assert!(error.contains(&file), "{error}");
}

#[test]
fn settings_are_read_again_before_a_run_only_when_they_have_changed() {
    let mut desk = desk();
    desk.disk.perform(DiskJob::Load);
    let told = desk.disk.perform(DiskJob::Refresh(source()));
    assert!(matches!(&told[..], [Message::Refreshed(_)]), "{told:?}");
    let own = desk.sample.workspace().lambda_dir(&hello()).join("lambda.toml");
    let shared = desk.sample.workspace().root().join("lambdeck.toml");
    for (file, deadline) in [(shared, 1_234), (own, 567)] {
        let text = fs::read_to_string(&file).unwrap_or_default().replace("[limits]", "");
        fs::write(&file, format!("{text}\n[limits]\ndeadline_ms = {deadline}\n")).unwrap();
        let told = desk.disk.perform(DiskJob::Refresh(source()));
        let [Message::Loaded(project), Message::Refreshed(_)] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(project.limits_of(&hello()).deadline_ms, deadline);
    }
    assert_eq!(desk.disk.perform(DiskJob::Refresh(source())).len(), 1);
}

#[test]
fn a_source_that_cannot_be_opened_is_a_problem_of_the_workspace() {
    let mut desk = desk();
    fs::write(desk.source(), b"fn lambda(input) {\n\xff\xfe }").unwrap();
    let Some(Message::Loaded(project)) = desk.told(DiskJob::Load) else { panic!("it is read") };
    let problem = project.problem_of(&hello()).unwrap();
    assert!(problem.contains("hello/main.rhai:2: this is not UTF-8 text"), "{problem}");
}
