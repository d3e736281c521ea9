//! Tokens as rows; their texts are nowhere.

use super::deployments::{note, rows};
use super::{Embedded, row};
use crate::domain::{Token, TokenHash};
use crate::platform::store::{Doer, StoreError, Tokens};
use rusqlite::{OptionalExtension as _, Row, params};

const TOKEN: &str = "SELECT name, hash, scopes, created_at, expires_at FROM token";

impl Tokens for Embedded {
    async fn add_token(&self, token: Token, doer: Doer) -> Result<(), StoreError> {
        self.write(move |connection| {
            let added = connection.execute(
                "INSERT OR IGNORE INTO token (name, hash, scopes, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    token.name,
                    token.hash.0,
                    row::to_json(&token.scopes),
                    token.created_at_ms,
                    token.expires_at_ms
                ],
            )?;
            if added == 0 {
                let name = &token.name;
                let advice = format!("end it first with `lambdeck token revoke {name}`");
                return Err(StoreError::Exists { what: format!("token `{name}`"), advice }.into());
            }
            note(connection, &doer, "created the token", None, &token.name)
        })
        .await
    }

    async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.read(|connection| rows(connection, &format!("{TOKEN} ORDER BY name"), [], token)).await
    }

    async fn token_of(&self, hash: TokenHash) -> Result<Option<Token>, StoreError> {
        self.read(move |connection| {
            let sql = format!("{TOKEN} WHERE hash = ?1");
            Ok(connection.prepare_cached(&sql)?.query_row([hash.0], token).optional()?)
        })
        .await
    }

    async fn revoke_token(&self, name: String, doer: Doer) -> Result<(), StoreError> {
        self.write(move |connection| {
            if connection.execute("DELETE FROM token WHERE name = ?1", [&name])? == 0 {
                let what = format!("token `{name}`; `lambdeck token list` shows them");
                return Err(StoreError::Unknown(what).into());
            }
            note(connection, &doer, "revoked the token", None, &name)
        })
        .await
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        name: row.get(0)?,
        hash: TokenHash(row.get(1)?),
        scopes: row::json(row, 2)?,
        created_at_ms: row.get(3)?,
        expires_at_ms: row.get(4)?,
    })
}
