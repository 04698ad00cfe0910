// The page of a rule, rendered: a virtual document that VS Code shows as it shows any Markdown.
import * as vscode from 'vscode';

export const SCHEME = 'lazyoci-explain';

interface Source {
  execute(command: string, ...args: unknown[]): Promise<unknown>;
}

/** Gives the documents of `lazyoci-explain:`, whose path is the code of a rule. */
export class Explanations implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly server: Source) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const answer = (await this.server.execute('lazyoci.explain', codeOf(uri))) as { text?: unknown } | undefined;
    return typeof answer?.text === 'string' ? answer.text : 'There is no explanation: the language server does not run.\n';
  }

  dispose(): void {
    this.registered.dispose();
  }
}

/** Shows the page of a rule beside the file. */
export async function explain(code: unknown): Promise<void> {
  if (typeof code === 'string') {
    const page = vscode.Uri.from({ scheme: SCHEME, path: `${code}.md` });
    await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
  }
}

/** Has the link of a finding's code show that page: the server names a file, which VS Code would open as text. */
export function linked(diagnostics: readonly vscode.Diagnostic[]): void {
  for (const one of diagnostics) {
    if (typeof one.code === 'object' && typeof one.code.value === 'string') {
      const argument = encodeURIComponent(JSON.stringify([one.code.value]));
      one.code = { value: one.code.value, target: vscode.Uri.parse(`command:lazyoci.explain?${argument}`) };
    }
  }
}

function codeOf(uri: vscode.Uri): string {
  return uri.path.replace(/\.md$/, '');
}
