// Runs `lazyoci` in a terminal, as a task: its output stays, and no shell reads its arguments.
import * as vscode from 'vscode';

/** What a build needs to know of the server that runs. */
export interface Preview {
  readonly program: string | undefined;
  /** The tag of `lazyoci.setPreviewTag`, before that of the settings. */
  readonly tag: string | undefined;
}

/** Runs `lazyoci build` for a file, or for one artifact of it, with the tag and environment that it is previewed with. */
export async function build(
  { program, tag }: Preview,
  name: string,
  file: vscode.Uri,
  artifact: unknown,
  options: readonly string[],
): Promise<void> {
  if (program === undefined || file.scheme !== 'file') {
    void vscode.window.showInformationMessage('lazyoci: save the file first; what is built lies beside it.');
    return;
  }
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === file.toString());
  if (document?.isDirty === true && !(await document.save())) {
    return;
  }
  const settings = vscode.workspace.getConfiguration('lazyoci', file);
  const version = tag ?? settings.get<string>('preview.tag', '');
  const args = ['build', file.fsPath, ...options];
  if (version !== '') {
    args.push('--tag', version);
  }
  if (typeof artifact === 'string' || typeof artifact === 'number') {
    args.push('--artifact', String(artifact));
  }
  const execution = new vscode.ProcessExecution(program, args, {
    cwd: vscode.Uri.joinPath(file, '..').fsPath,
    env: settings.get<Record<string, string>>('preview.env', {}),
  });
  await run(name, vscode.workspace.getWorkspaceFolder(file), execution, false);
}

/** Runs `lazyoci registry login`, which asks for the name and the password. */
export async function login({ program }: Preview, host: string): Promise<void> {
  if (program !== undefined) {
    await run('log in', undefined, new vscode.ProcessExecution(program, ['registry', 'login', host]), true);
  }
}

async function run(
  name: string,
  folder: vscode.WorkspaceFolder | undefined,
  execution: vscode.ProcessExecution,
  focus: boolean,
): Promise<void> {
  const task = new vscode.Task({ type: 'lazyoci', name }, folder ?? vscode.TaskScope.Workspace, name, 'lazyoci', execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true, focus };
  await vscode.tasks.executeTask(task);
}
