//! What was said in a conversation.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum ConversationFunction {
    ScanKeywords,
}

pub(super) const ROWS: &[ApiFunction] = &[ApiFunction {
    function: HostFunction::Conversation(ConversationFunction::ScanKeywords),
    module: Some("conversation"),
    name: "scan_keywords",
    parameters: &[required("messages", "array or map"), required("words", "array")],
    returns: "array",
    doc: "Each place of a word in the messages, whatever its case: `message`, `sentTimestamp`, `sentBy` and `tag` (`keywordRef:word`); a message with two of the words comes twice. A message is a string, a map with `text`, `sentBy` and `time`, or a record of a conversation's history.",
    example: r#"conversation::scan_keywords([#{ text: "I want a refund", sentBy: "CONSUMER" }], ["refund"])"#,
    errors: "Fails when a message is neither map nor string, or a word is no string or empty.",
}];
