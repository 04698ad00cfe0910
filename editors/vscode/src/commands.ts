// The server's commands as VS Code runs them: from the palette without arguments, from a code lens or hover with them.
// Every one of them takes the URI of the document first; the server's own answer is the rule, what is here is for people.
import * as vscode from 'vscode';
import { active } from './documents';
import { open } from './preview';
import { run } from './terminal';

type Next = (command: string, args: unknown[]) => vscode.ProviderResult<unknown>;

/** Runs a command; those that show something in VS Code do so here, the others go on to the server. */
export async function intercept(
  server: { readonly program: string | undefined },
  command: string,
  args: unknown[],
  next: Next,
): Promise<unknown> {
  switch (command) {
    case 'lazyoci.preview':
      return about(args, open);
    case 'lazyoci.dryRun':
      return about(args, (file) => run(server.program, 'dry run', file, args[1], ['--dry-run', '--allow-unresolved']));
    case 'lazyoci.build':
      return about(args, (file) => build(server.program, file, args));
    case 'lazyoci.setPreviewTag':
      return setPreviewTag(args, next);
    default:
      return next(command, args.length > 0 ? args : withDocument());
  }
}

/** Builds; pushes only where the caller says so, as the code lens `Push` does, and the user agrees. */
async function build(program: string | undefined, file: vscode.Uri, args: unknown[]): Promise<void> {
  const push = args.some((each) => typeof each === 'object' && each !== null && 'push' in each && each.push === true);
  if (!push) {
    return run(program, 'build', file, args[1], ['--no-push']);
  }
  const yes = 'Build and push';
  const answer = await vscode.window.showWarningMessage(
    'Build and push to the registries of this file?',
    { modal: true, detail: vscode.workspace.asRelativePath(file) },
    yes,
  );
  if (answer === yes) {
    await run(program, 'push', file, args[1], ['--push']);
  }
}

async function setPreviewTag(args: unknown[], next: Next): Promise<unknown> {
  if (args.length > 0) {
    return next('lazyoci.setPreviewTag', args);
  }
  const tag = await vscode.window.showInputBox({
    title: 'The tag to preview with',
    prompt: 'What hints, hovers and the preview take for --tag. Empty: LAZYOCI_TAG of the environment, if any.',
    placeHolder: 'v1.4.2',
    value: vscode.workspace.getConfiguration('lazyoci').get<string>('preview.tag', ''),
  });
  return tag === undefined ? undefined : next('lazyoci.setPreviewTag', [tag]);
}

/** Does something about the document that the arguments name, else the one in the active editor. */
async function about(args: unknown[], work: (file: vscode.Uri) => Promise<void>): Promise<void> {
  const uri = typeof args[0] === 'string' ? vscode.Uri.parse(args[0], true) : active()?.uri;
  if (uri === undefined) {
    void vscode.window.showInformationMessage('lazyoci: open a .lazy file first.');
    return;
  }
  await work(uri);
}

function withDocument(): unknown[] {
  const document = active();
  return document === undefined ? [] : [document.uri.toString()];
}
