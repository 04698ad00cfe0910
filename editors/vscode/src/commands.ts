// The server's commands as VS Code runs them: from the palette without arguments, from a code lens or hover with them.
// Every one of them takes the URI of the document first; the server's own answer is the rule, what is here is for people.
import * as vscode from 'vscode';
import { activeFile } from './documents';
import { explain } from './explain';
import { question, read, YES } from './push';
import { choices } from './scenarios';
import { build, login, type Preview } from './terminal';

type Next = (command: string, args: unknown[]) => vscode.ProviderResult<unknown>;

/** The server as its commands see it. */
interface Running extends Preview {
  /** Shows the preview of a file. */
  showPreview(file: vscode.Uri): Promise<void>;
  showOutput(): void;
  /** Takes the tag that the server previews with from now on; empty for that of the settings. */
  setTag(tag: string): void;
}

/** Runs a command; those that show something in VS Code do so here, the others go on to the server. */
export async function intercept(server: Running, command: string, args: unknown[], next: Next): Promise<unknown> {
  switch (command) {
    case 'lazyoci.preview':
      return about(args, (file) => server.showPreview(file));
    case 'lazyoci.dryRun':
      return about(args, (file) => build(server, 'dry run', file, args[1], ['--dry-run', '--allow-unresolved']));
    case 'lazyoci.build':
      return about(args, (file) => build(server, 'build', file, args[1], ['--no-push']));
    case 'lazyoci.push':
      return about(args, (file) => push(server, file, args[1], next));
    case 'lazyoci.login':
      return logIn(server, args);
    case 'lazyoci.explain':
      return explain(args[0]);
    case 'lazyoci.setPreviewEnv':
      return setVariable(args, next);
    case 'lazyoci.setPreviewTag':
      return previewAs(server, args, next);
    case 'lazyoci.testRegistry':
      return testRegistry(server, args, next);
    default:
      return next(command, args.length > 0 ? args : withDocument());
  }
}

/** Builds and pushes, once the user agrees: a click beside the code is too easy for what others will see. */
async function push(server: Running, file: vscode.Uri, artifact: unknown, next: Next): Promise<void> {
  const pushes = read(await next('lazyoci.pushes', artifact === undefined ? [file.toString()] : [file.toString(), artifact]));
  if (!pushes.ok) {
    const first = pushes.text.split('\n').find((line) => line.trim() !== '') ?? 'the server does not say why';
    void vscode.window.showErrorMessage(`lazyoci: this cannot be pushed: ${first.trim()}`);
    return;
  }
  const choices = question(pushes);
  const answer = await vscode.window.showQuickPick(
    choices.map(({ label, description, separator }): vscode.QuickPickItem => ({
      label,
      ...(description === undefined ? {} : { description }),
      kind: separator === true ? vscode.QuickPickItemKind.Separator : vscode.QuickPickItemKind.Default,
    })),
    {
      title: `Build and push ${vscode.workspace.asRelativePath(file)}?`,
      placeHolder: 'Enter cancels: choose "Build and push" to publish what is listed.',
      ignoreFocusOut: false,
    },
  );
  if (answer?.label === YES) {
    await build(server, 'push', file, artifact, ['--push']);
  }
}

/** Asks for the value of a variable, and has the workspace remember it for hints, hovers and previews. */
async function setVariable(args: unknown[], next: Next): Promise<unknown> {
  const name = args[0];
  if (typeof name !== 'string' || args.length > 1) {
    return next('lazyoci.setPreviewEnv', args);
  }
  const settings = vscode.workspace.getConfiguration('lazyoci');
  const known = settings.get<Record<string, string>>('preview.env', {});
  const value = await vscode.window.showInputBox({
    title: `${name} for the preview`,
    prompt: 'Kept in the setting lazyoci.preview.env; a build in CI has its own.',
    placeHolder: name === 'LAZYOCI_REGISTRY' ? 'ghcr.io/acme' : '',
    value: known[name] ?? '',
  });
  if (value !== undefined) {
    const others = Object.fromEntries(Object.entries(known).filter(([one]) => one !== name));
    const target = vscode.workspace.workspaceFolders === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
    await settings.update('preview.env', value === '' ? others : { ...others, [name]: value }, target);
  }
  return undefined;
}

/** Logs in to a registry in a terminal, where the password is typed and not shown. */
async function logIn(server: Running, args: unknown[]): Promise<void> {
  const host =
    typeof args[0] === 'string' && args[0] !== ''
      ? args[0]
      : await vscode.window.showInputBox({ title: 'Log in to a registry', placeHolder: 'ghcr.io' });
  if (host !== undefined && host.trim() !== '') {
    await login(server, host.trim());
  }
}

/** Every step to the registries of the file; the server tells them in its output. */
async function testRegistry(server: Running, args: unknown[], next: Next): Promise<unknown> {
  const answer: unknown = await next('lazyoci.testRegistry', args.length > 0 ? args : withDocument());
  server.showOutput();
  return answer;
}

/** Lets the user choose the occasion that hints, hovers and the preview are for, or the tag. */
async function previewAs(server: Running, args: unknown[], next: Next): Promise<void> {
  if (typeof args[0] === 'string') {
    return preview(server, args[0], next);
  }
  const picked = await vscode.window.showQuickPick(choices(await scenarios(next), server.tag), {
    title: 'Preview as …',
    placeHolder: 'What hints, hovers and the preview show; builds and pushes are of here and now.',
  });
  if (picked === undefined) {
    return;
  }
  if (picked.chosen !== undefined) {
    await next('lazyoci.setPreviewTag', [picked.chosen]);
    server.setTag('');
    return;
  }
  const tag = await vscode.window.showInputBox({
    title: 'The tag to preview with',
    prompt: 'What hints, hovers, the preview and builds take for --tag. Empty: that of the settings, if any.',
    placeHolder: 'v1.4.2',
    value: server.tag ?? vscode.workspace.getConfiguration('lazyoci').get<string>('preview.tag', ''),
  });
  if (tag !== undefined) {
    await preview(server, tag, next);
  }
}

async function preview(server: Running, tag: string, next: Next): Promise<void> {
  await next('lazyoci.setPreviewTag', [tag]);
  server.setTag(tag);
}

/** What the server knows; undefined of an older one, which does not know the command. */
async function scenarios(next: Next): Promise<unknown> {
  try {
    return await next('lazyoci.scenarios', []);
  } catch {
    return undefined;
  }
}

/** Does something about the document that the arguments name, else the one in the active editor. */
async function about(args: unknown[], work: (file: vscode.Uri) => Promise<void>): Promise<void> {
  const uri = typeof args[0] === 'string' ? vscode.Uri.parse(args[0], true) : activeFile();
  if (uri === undefined) {
    void vscode.window.showInformationMessage('lazyoci: open a .lazy file first.');
    return;
  }
  await work(uri);
}

function withDocument(): unknown[] {
  const file = activeFile();
  return file === undefined ? [] : [file.toString()];
}
