// Finds the program for this window, and tells the user how to come by it where there is none.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as vscode from 'vscode';
import { find, type Found } from './find';
import { instructions, type Origin } from './install';

declare const ORIGIN: Origin; // written by esbuild.mjs: where this extension was built from

/** Looks for the program; the settings are read anew. Runs nothing. */
export function locate(): Found {
  return find({
    setting: vscode.workspace.getConfiguration('lazyoci').get<string>('server.path', ''),
    folders: (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === 'file')
      .map((folder) => folder.uri.fsPath),
    env: process.env,
    home: os.homedir(),
    windows: process.platform === 'win32',
    runs,
  });
}

/** Why there is no program. */
export function missing(found: Exclude<Found, { kind: 'found' }>): string {
  return found.kind === 'bad setting'
    ? `lazyoci.server.path is ${found.file}, which is not a program that can be run.`
    : 'The lazyoci program is neither in the .venv or venv of this workspace nor on the PATH.';
}

/** Tells that there is no program that can serve, and how to get one; installs nothing. */
export async function tellMissing(fact: string): Promise<void> {
  const how = 'Show how to install';
  const where = 'Set its path';
  const choice = await vscode.window.showWarningMessage(`lazyoci: ${fact} The file has colours only.`, where, how);
  if (choice === how) {
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: page() });
    await vscode.window.showTextDocument(document, { preview: true });
  } else if (choice === where) {
    // it is the machine's: in a remote window, the page of the user's settings does not have it
    const page = vscode.env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
    await vscode.commands.executeCommand(`workbench.action.${page}`, { query: 'lazyoci.server.path' });
  }
}

function runs(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false; // absent, or not for us: either way nothing to run
  }
}

function page(): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  return instructions(ORIGIN, folders.map((folder) => folder.uri.fsPath), process.platform === 'win32');
}
