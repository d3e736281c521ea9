//! What was said in a conversation.

use super::arguments::{argument, mismatch, text_of};
use super::{Arguments, Refusal, Returned};
use crate::language::api::ConversationFunction;
use rhai::{Array, Dynamic, Map};

pub(super) fn call(function: ConversationFunction, arguments: Arguments) -> Returned {
    match function {
        ConversationFunction::ScanKeywords => scan_keywords(arguments),
    }
}

fn scan_keywords(arguments: Arguments) -> Returned {
    let words = argument(arguments, 1);
    let Ok(words) = words.as_array_ref() else {
        return Err(mismatch("words", "an array", words));
    };
    let mut sought = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        let word = text_of(word, &format!("words[{index}]"))?;
        if word.trim().is_empty() {
            return Err(Refusal::Because(format!("`words[{index}]` is empty")));
        }
        let small = word.to_lowercase();
        sought.push((word, small));
    }
    let messages = argument(arguments, 0);
    let mut hits = Array::new();
    match (messages.as_array_ref(), messages.as_map_ref()) {
        (Ok(list), _) => list.iter().try_for_each(|it| scan(it, &sought, &mut hits))?,
        // A conversation of the history, which holds its messages.
        (_, Ok(map)) if map.contains_key("messageRecords") => {
            let Some(list) = map.get("messageRecords").and_then(|it| it.as_array_ref().ok()) else {
                return Err(Refusal::Because("`messages.messageRecords` is no array".to_owned()));
            };
            list.iter().try_for_each(|it| scan(it, &sought, &mut hits))?;
        }
        _ => return Err(mismatch("messages", "an array", messages)),
    }
    Ok(hits.into())
}

fn scan(message: &Dynamic, words: &[(String, String)], hits: &mut Array) -> Result<(), Refusal> {
    let (text, sent_by, at) = read(message)?;
    let small = text.to_lowercase();
    for (word, _) in words.iter().filter(|(_, sought)| small.contains(sought)) {
        let mut hit = Map::new();
        hit.insert("message".into(), text.clone().into());
        hit.insert("sentTimestamp".into(), at.clone());
        hit.insert("sentBy".into(), sent_by.clone());
        hit.insert("tag".into(), format!("keywordRef:{word}").into());
        hits.push(hit.into());
    }
    Ok(())
}

/// Text, sender and time of a message: a plain string, a map with `text`, or a record of the history, whose text is in
/// `messageData.msg`. What is no text, a file for example, is empty.
fn read(message: &Dynamic) -> Result<(String, Dynamic, Dynamic), Refusal> {
    if let Ok(text) = message.as_immutable_string_ref() {
        return Ok((text.to_string(), Dynamic::UNIT, Dynamic::UNIT));
    }
    let Ok(map) = message.as_map_ref() else {
        return Err(mismatch("messages", "an array of maps or strings", message));
    };
    let field = |names: &[&str]| names.iter().find_map(|it| map.get(*it)).cloned();
    let recorded = || {
        let data = map.get("messageData")?.clone().try_cast::<Map>()?;
        let message = data.get("msg")?.clone().try_cast::<Map>()?;
        message.get("text").cloned()
    };
    let text = field(&["text", "message"]).or_else(recorded);
    let text = text.and_then(|it| it.into_string().ok()).unwrap_or_default();
    let sent_by = field(&["sentBy"]).unwrap_or_default();
    let at = field(&["sentTimestamp", "timeL", "time"]).unwrap_or_default();
    Ok((text, sent_by, at))
}
