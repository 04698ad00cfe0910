// Which documents are ours.
import * as vscode from 'vscode';

export const LANGUAGE = 'lazyoci';

/** `.lazy` files and unsaved documents, not those of other schemes: the server could not read what lies around them. */
export const DOCUMENTS = [
  { scheme: 'file', language: LANGUAGE },
  { scheme: 'untitled', language: LANGUAGE },
];

/** The `.lazy` document in the active editor. */
export function active(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && vscode.languages.match(DOCUMENTS, document) > 0 ? document : undefined;
}
