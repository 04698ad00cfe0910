// Finds the program for this window, and tells the user how to come by it where there is none.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as vscode from 'vscode';
import { find, type Found } from './find';

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

/** Tells that there is no program, and how to get one; installs nothing. */
export async function tellMissing(found: Exclude<Found, { kind: 'found' }>): Promise<void> {
  const how = 'Show how to install';
  const where = 'Set its path';
  const fact =
    found.kind === 'bad setting'
      ? `lazyoci.server.path is ${found.file}, which is not a program that can be run.`
      : 'The lazyoci program is neither in the .venv or venv of this workspace nor on the PATH.';
  const choice = await vscode.window.showWarningMessage(`lazyoci: ${fact} The file has colours only.`, how, where);
  if (choice === how) {
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: INSTALL });
    await vscode.window.showTextDocument(document, { preview: true });
  } else if (choice === where) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'lazyoci.server.path');
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

const INSTALL = `# Install lazyoci

The package is on no index yet: never install it by its bare name, which could be anybody's.

From the git address of its repository, which \`git remote get-url origin\` prints in a clone of it:

    uv tool install git+ADDRESS
    pipx install git+ADDRESS

From a checkout, or from a wheel that \`make dist\` built:

    pip install CHECKOUT
    pip install dist/lazyoci-VERSION-py3-none-any.whl

Into an environment that only this workspace uses:

    python3 -m venv .venv
    .venv/bin/pip install CHECKOUT

Then run "lazyoci: Restart the language server" from the command palette, or set \`lazyoci.server.path\`.
`;
