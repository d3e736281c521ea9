//! The user's own folders, outside of any workspace.

use super::STATE;
use etcetera::BaseStrategy as _;
use std::path::PathBuf;

/// The environment variable that names another folder for the user's settings.
const CONFIG_VARIABLE: &str = "LAMBDECK_CONFIG";

/// Where the user's settings and identity lie: where `LAMBDECK_CONFIG` says, or else `~/.config/lambdeck`, or where the
/// system keeps such.
pub fn config_folder() -> PathBuf {
    if let Some(named) = std::env::var_os(CONFIG_VARIABLE).filter(|folder| !folder.is_empty()) {
        return named.into();
    }
    let folder = etcetera::choose_base_strategy()
        .map_or_else(|_| std::env::temp_dir(), |home| home.config_dir());
    folder.join(name())
}

/// Where what outlives the program lies: `~/.local/state/lambdeck`, or where the system keeps such.
pub(super) fn state_folder() -> PathBuf {
    let folder = etcetera::choose_base_strategy().map_or_else(
        |_| std::env::temp_dir(),
        |home| home.state_dir().unwrap_or_else(|| home.data_dir()),
    );
    folder.join(name())
}

fn name() -> &'static str {
    STATE.trim_start_matches('.')
}
