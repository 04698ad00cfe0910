// Runs `lazyoci build` in a terminal, as a task: its output stays, and no shell reads its arguments.
import * as vscode from 'vscode';

/** Runs `lazyoci build` for a file, or for one artifact of it, with the settings' preview tag and environment. */
export async function run(
  program: string | undefined,
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
  const tag = settings.get<string>('preview.tag', '');
  const args = ['build', file.fsPath, ...options];
  if (tag !== '') {
    args.push('--tag', tag);
  }
  if (typeof artifact === 'string' || typeof artifact === 'number') {
    args.push('--artifact', String(artifact));
  }
  const execution = new vscode.ProcessExecution(program, args, {
    cwd: vscode.Uri.joinPath(file, '..').fsPath,
    env: settings.get<Record<string, string>>('preview.env', {}),
  });
  const folder = vscode.workspace.getWorkspaceFolder(file) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task({ type: 'lazyoci', name }, folder, name, 'lazyoci', execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true, focus: false };
  await vscode.tasks.executeTask(task);
}
