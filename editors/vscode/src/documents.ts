// Which documents are ours.
import * as vscode from 'vscode';

export const LANGUAGE = 'lazyoci';

/** `.lazy` files and unsaved documents, not those of other schemes: the server could not read what lies around them. */
export const DOCUMENTS = [
  { scheme: 'file', language: LANGUAGE },
  { scheme: 'untitled', language: LANGUAGE },
];

/** The file of the preview that has the focus, of which VS Code knows nothing. */
export const preferred: { preview: vscode.Uri | undefined } = { preview: undefined };

/** The `.lazy` file that a command without arguments is about: of the active editor, or of the preview. */
export function activeFile(): vscode.Uri | undefined {
  return preferred.preview ?? active()?.uri;
}

/** The `.lazy` document in the active editor. */
export function active(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && vscode.languages.match(DOCUMENTS, document) > 0 ? document : undefined;
}
