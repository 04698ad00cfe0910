"""What the client can do, one attribute each."""

from __future__ import annotations

from lsprotocol import types

# what Visual Studio Code, and what is built of it, call themselves (vscode.env.appName)
_VSCODE = ("visual studio code", "code - oss", "code-server", "vscodium", "cursor", "windsurf")


# besides it, who shows tables of Markdown; others show them as they are written
_WITH_TABLES = ("zed", "sublime", "intellij", "pycharm", "goland", "webstorm", "phpstorm", "rider", "rubymine", "clion")


class Client:
    """Read from the capabilities that the client sent; what it does not mention, it cannot do."""

    def __init__(self, capabilities: types.ClientCapabilities, name: str = "") -> None:
        document = capabilities.text_document or types.TextDocumentClientCapabilities()
        workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        window = capabilities.window or types.WindowClientCapabilities()
        completion = document.completion and document.completion.completion_item
        published = document.publish_diagnostics
        actions = document.code_action
        watching = workspace.did_change_watched_files
        experimental = capabilities.experimental
        markdown = capabilities.general.markdown if capabilities.general is not None else None
        self.name = name
        self.vscode = name.lower().startswith(_VSCODE)
        # "marked" is the parser of Visual Studio Code, and of what is made like it
        self.tables = name.lower().startswith(_VSCODE + _WITH_TABLES) or bool(markdown and markdown.parser == "marked")
        can_pull = document.diagnostic is not None
        # one that cannot be told to pull again would show what was true at the last edit, such as before a commit
        self.pulls = can_pull and bool(workspace.diagnostics and workspace.diagnostics.refresh_support)
        diagnostics = workspace.diagnostics if self.pulls else None  # who does not pull has nothing to ask again
        shown = {
            types.WORKSPACE_DIAGNOSTIC_REFRESH: diagnostics,
            types.WORKSPACE_INLAY_HINT_REFRESH: workspace.inlay_hint,
            types.WORKSPACE_CODE_LENS_REFRESH: workspace.code_lens,
        }
        self.refreshes = frozenset(method for method, one in shown.items() if one and one.refresh_support)
        self.configures = bool(workspace.configuration)
        self.registers_configuration = bool(
            workspace.did_change_configuration and workspace.did_change_configuration.dynamic_registration
        )
        self.watches = bool(watching and watching.dynamic_registration)
        self.server_status = isinstance(experimental, dict) and experimental.get("serverStatusNotification") is True
        self.registry_answers = isinstance(experimental, dict) and experimental.get("lazyociRegistryAnswers") is True
        self.progress = bool(window.work_done_progress)
        self.shows_documents = bool(window.show_document and window.show_document.support)
        self.snippets = bool(completion and completion.snippet_support)
        self.label_details = bool(completion and completion.label_details_support)
        resolved = completion and completion.resolve_support and completion.resolve_support.properties
        # older Neovims leave out what an item changes elsewhere, and do not say so
        self.edits_beside = name.lower() != "neovim" or "additionalTextEdits" in (resolved or ())
        modes = completion and completion.insert_text_mode_support
        self.indents = self.snippets or bool(modes and types.InsertTextMode.AdjustIndentation in modes.value_set)
        self.markdown_hover = _markdown(document.hover and document.hover.content_format)
        self.markdown_completion = _markdown(completion and completion.documentation_format)
        self.relates = can_pull or bool(published and published.related_information)
        self.describes_codes = can_pull or bool(published and published.code_description_support)
        self.tags = can_pull or bool(published and published.tag_support)
        resolving = actions.resolve_support.properties if actions and actions.resolve_support else ()
        self.resolves_edits = "edit" in resolving and bool(actions and actions.data_support)
        self.action_literals = bool(actions and actions.code_action_literal_support)
        self.nested_symbols = bool(
            document.document_symbol and document.document_symbol.hierarchical_document_symbol_support
        )
        self.link_tooltips = bool(document.document_link and document.document_link.tooltip_support)
        self.folds_lines_only = bool(document.folding_range and document.folding_range.line_folding_only)
        self.changes_documents = bool(workspace.workspace_edit and workspace.workspace_edit.document_changes)


def _markdown(formats: object) -> bool:
    return isinstance(formats, list | tuple) and types.MarkupKind.Markdown in formats
