// The preview: a read-only document beside the file, kept up to date while the file is edited.
import * as vscode from 'vscode';
import { DOCUMENTS } from './documents';

export const SCHEME = 'lazyoci-preview';
const SETTLE = 300; // milliseconds without an edit before the preview is made anew

/** Whoever runs a command of the server. */
interface Runner {
  execute(command: string, ...args: unknown[]): Promise<unknown>;
}

/** Gives the documents of `lazyoci-preview:`; the query of such a URI is the URI of the file. */
export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly parts: vscode.Disposable[];

  constructor(private readonly server: Runner) {
    this.parts = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.edited(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('lazyoci')) {
          this.refresh();
        }
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

  private edited(document: vscode.TextDocument): void {
    if (vscode.languages.match(DOCUMENTS, document) === 0) {
      return;
    }
    const uri = previewOf(document.uri);
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.changed.fire(uri);
    }, SETTLE);
    this.timers.set(key, timer);
  }

  private refresh(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME) {
        this.changed.fire(document.uri);
      }
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
