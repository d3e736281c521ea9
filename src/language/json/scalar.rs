//! Strings, numbers and words as the reader takes them.

use super::fault::{Fault, fault, is_word};
use super::reader::Reader;

impl Reader<'_> {
    pub(super) fn scalar(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't' | b'f' | b'n')
                if ["true", "false", "null"].contains(&&self.text[self.word()]) =>
            {
                self.at = self.word().end;
                Ok(())
            }
            _ => Err(self.no_value()),
        }
    }

    pub(super) fn string(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                None | Some(b'\n' | b'\r') => {
                    return Err(fault(start..self.at, "the string is not closed; `\"` is missing"));
                }
                Some(byte) if byte < 0x20 => {
                    let message =
                        format!("a control character stands in a string as `\\u{byte:04x}`");
                    return Err(fault(self.at..self.at + 1, message));
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Takes an escape; one for the first half of a surrogate pair takes the second, too.
    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 2;
        match self.text.as_bytes().get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => return Ok(()),
            Some(b'u') => {}
            _ => {
                let range = start..self.behind_character(start + 1);
                let help = Some(
                    "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits",
                );
                return Err(Fault { help, ..fault(range, "no such escape") });
            }
        }
        let first = self.hexadecimal(start)?;
        let paired = match first {
            0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                self.at += 2;
                (0xdc00..=0xdfff).contains(&self.hexadecimal(self.at - 2)?)
            }
            0xd800..=0xdfff => false,
            _ => true,
        };
        if paired {
            Ok(())
        } else {
            Err(fault(start..self.at, "half of a surrogate pair; the other half is missing"))
        }
    }

    fn hexadecimal(&mut self, start: usize) -> Result<u32, Fault> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(fault(start..self.at, "four hexadecimal digits are expected after `\\u`"));
        }
        self.at += 4;
        let value = u32::from_str_radix(&self.text[self.at - 4..self.at], 16);
        Ok(value.unwrap_or_default())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let whole = self.token();
        let wrong = |message: &str| Err(fault(whole.clone(), message));
        self.at += usize::from(self.peek() == Some(b'-'));
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 {
            return wrong("a digit is expected after `-`");
        }
        if leading_zero && digits > 1 {
            return wrong("a number has no zero in front");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return wrong("a digit is expected after the decimal point");
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return wrong("a digit is expected in the exponent");
            }
        }
        if self.peek().is_some_and(is_word) {
            return wrong("this is not a number");
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(()),
            _ => wrong("the number is too large"),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }
}
