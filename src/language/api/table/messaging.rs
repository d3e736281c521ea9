//! The commands that the messaging events accept as a result.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction};

/// Functions that make the messaging events' commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum MessagingFunction {
    SystemMessage,
    Transfer,
    TransferToAgent,
    CloseConversation,
    NoText,
}

const ID_ERRORS: &str = "Fails when an id is neither a string nor an int, or is empty.";

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Messaging(MessagingFunction::SystemMessage),
        module: Some("messaging"),
        name: "system_message",
        parameters: &[required("text", "string")],
        returns: "map",
        doc: "The command that sends a system line into the conversation, in place of the account's automatic message.",
        example: r#"messaging::system_message("We are back at nine.")"#,
        errors: "Fails when the text is not a string.",
    },
    ApiFunction {
        function: HostFunction::Messaging(MessagingFunction::Transfer),
        module: Some("messaging"),
        name: "transfer",
        parameters: &[required("skill_id", "string or int"), optional("agent_id", "string or int")],
        returns: "map",
        doc: "The command that moves the conversation to a skill, and proposes an agent where one is given.",
        example: "messaging::transfer(900002)",
        errors: ID_ERRORS,
    },
    ApiFunction {
        function: HostFunction::Messaging(MessagingFunction::TransferToAgent),
        module: Some("messaging"),
        name: "transfer_to_agent",
        parameters: &[required("agent_id", "string or int")],
        returns: "map",
        doc: "The command that proposes an agent for the conversation; transfer to agents must be enabled in the account.",
        example: r#"messaging::transfer_to_agent("3511613810")"#,
        errors: ID_ERRORS,
    },
    ApiFunction {
        function: HostFunction::Messaging(MessagingFunction::CloseConversation),
        module: Some("messaging"),
        name: "close_conversation",
        parameters: &[],
        returns: "map",
        doc: "The command that closes the conversation.",
        example: "messaging::close_conversation()",
        errors: "",
    },
    ApiFunction {
        function: HostFunction::Messaging(MessagingFunction::NoText),
        module: Some("messaging"),
        name: "no_text",
        parameters: &[],
        returns: "map",
        doc: "The command that sends no system line at all, not even the account's automatic message.",
        example: "messaging::no_text()",
        errors: "",
    },
];
