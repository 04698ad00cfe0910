// The preview: a read-only document beside the file, kept up to date while the file is edited.
import * as vscode from 'vscode';

export const SCHEME = 'lazyoci-preview';
const SETTLE = 100; // milliseconds without news before the preview is made anew

/** The server as the preview sees it. */
interface Source {
  readonly onDidChange: vscode.Event<vscode.Uri | undefined>;
  execute(command: string, ...args: unknown[]): Promise<unknown>;
}

/** Gives the documents of `lazyoci-preview:`; the query of such a URI is the URI of the file. */
export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly parts: { dispose(): unknown }[];

  constructor(private readonly server: Source) {
    this.parts = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      // with every edit, commit or change of the settings the server's diagnostics are renewed
      server.onDidChange((file) => {
        this.renew(file);
      }),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const text = textOf(await this.server.execute('lazyoci.preview', uri.query));
    return text ?? 'There is no preview: the language server does not run.\n';
  }

  dispose(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    vscode.Disposable.from(...this.parts).dispose();
  }

  /** Makes the open preview of a file anew, or all of them. */
  private renew(file: vscode.Uri | undefined): void {
    const wanted = file === undefined ? undefined : previewOf(file).toString();
    for (const { uri } of vscode.workspace.textDocuments) {
      const key = uri.toString();
      if (uri.scheme !== SCHEME || (wanted !== undefined && key !== wanted)) {
        continue;
      }
      clearTimeout(this.timers.get(key));
      const timer = setTimeout(() => {
        this.timers.delete(key);
        this.changed.fire(uri);
      }, SETTLE);
      this.timers.set(key, timer);
    }
  }
}

/** Opens the preview of a file beside it. */
export async function open(file: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(previewOf(file));
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
}

function previewOf(file: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `${file.path}.preview`, query: file.toString() });
}

/** What `lazyoci.preview` answers: the text, or an object that holds it. */
function textOf(answer: unknown): string | undefined {
  if (typeof answer === 'string') {
    return answer;
  }
  const text = (answer as { text?: unknown } | null | undefined)?.text;
  return typeof text === 'string' ? text : undefined;
}
