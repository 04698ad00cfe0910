//! Starts `lazyoci lsp`, found by Zed's setting `lsp.lazyoci.binary`, which may also have its `arguments`, or on the
//! worktree's PATH; installs nothing.

use zed_extension_api::{self as zed, serde_json::Value, settings::LspSettings, LanguageServerId, Result, Worktree};

const SERVER: &str = "lazyoci";
const MISSING: &str = "the lazyoci program is not on the PATH: install it from a checkout, its git address or a wheel, \
                       or set lsp.lazyoci.binary.path";

struct Lazyoci;

impl zed::Extension for Lazyoci {
    fn new() -> Self {
        Lazyoci
    }

    fn language_server_command(&mut self, _server: &LanguageServerId, worktree: &Worktree) -> Result<zed::Command> {
        let set = LspSettings::for_worktree(SERVER, worktree)?.binary;
        let (path, arguments) = set.map_or((None, None), |binary| (binary.path, binary.arguments));
        let command = path.or_else(|| worktree.which("lazyoci")).ok_or(MISSING)?;
        let args = arguments.unwrap_or_else(|| vec!["lsp".into()]);
        Ok(zed::Command { command, args, env: worktree.shell_env() })
    }

    fn language_server_workspace_configuration(
        &mut self,
        _server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<Value>> {
        let settings = LspSettings::for_worktree(SERVER, worktree)?.settings;
        Ok(settings.map(|settings| zed::serde_json::json!({ "lazyoci": settings })))
    }
}

zed::register_extension!(Lazyoci);
