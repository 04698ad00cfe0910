// "Copy debug information": what a report of a problem should hold, also where no server runs.
import * as vscode from 'vscode';
import type { Found } from './find';
import type { Probed } from './probe';

/** What is known of the program and its server. */
export interface State {
  readonly found: Found | undefined;
  readonly probed: Probed | undefined;
  readonly server: string; // what the server tells of itself; empty where none runs
}

export async function copy(context: vscode.ExtensionContext, state: State): Promise<void> {
  const { version } = context.extension.packageJSON as { version: string };
  const lines = [
    `- extension ${version}, ${vscode.env.appName} ${vscode.version}, ${process.platform} ${process.arch}`,
    `- workspace: ${vscode.workspace.isTrusted ? 'trusted' : 'restricted'}, ${String(vscode.workspace.workspaceFolders?.length ?? 0)} folders`,
    `- program: ${program(state)}`,
    state.server === '' ? '- the server does not run\n' : state.server,
  ];
  await vscode.env.clipboard.writeText(lines.join('\n'));
  void vscode.window.showInformationMessage('lazyoci: the debug information is in the clipboard. It holds no secrets and no file.');
}

function program({ found, probed }: State): string {
  if (found?.kind !== 'found') {
    return found?.kind === 'bad setting' ? `${found.file} of the setting cannot be run` : 'not found';
  }
  return `${found.file} (${found.source}), ${probed === undefined ? 'not asked' : JSON.stringify(probed)}`;
}
