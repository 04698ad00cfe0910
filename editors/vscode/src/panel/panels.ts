// The previews that are open, one a file, beside it: kept up to date while the file is edited.
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { preferred } from '../documents';
import { asPage, shell, without, type Page } from './shell';

const KIND = 'lazyoci.preview';
const SETTLE = 100; // milliseconds without news before a page is made anew

/** The server as a preview sees it. */
export interface Source {
  readonly onDidChange: vscode.Event<vscode.Uri | undefined>;
  execute(command: string, ...args: unknown[]): Promise<unknown>;
}

/** All previews of this window. */
export class Panels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly open = new Map<string, Panel>();
  private readonly script: string;
  private readonly parts: vscode.Disposable;

  constructor(
    private readonly server: Source,
    context: vscode.ExtensionContext,
  ) {
    this.script = readFileSync(vscode.Uri.joinPath(context.extensionUri, 'dist', 'page.js').fsPath, 'utf8');
    this.parts = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(KIND, this),
      // with every edit, commit, answer of a registry or change of the settings
      server.onDidChange((file) => {
        this.renew(file);
      }),
    );
  }

  /** Shows the preview of a file beside it; the focus stays where it is. */
  async show(file: vscode.Uri): Promise<void> {
    const known = this.open.get(file.toString());
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const title = `Preview ${file.path.split('/').pop() ?? ''}`;
    await this.take(vscode.window.createWebviewPanel(KIND, title, column), file);
  }

  /** VS Code opens a preview that was open when the window was closed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const uri = (state as { uri?: unknown } | null | undefined)?.uri;
    if (typeof uri === 'string' && !this.open.has(uri)) {
      await this.take(panel, vscode.Uri.parse(uri, true));
    } else {
      panel.dispose();
    }
  }

  dispose(): void {
    this.parts.dispose();
    for (const panel of this.open.values()) {
      panel.dispose();
    }
  }

  private async take(view: vscode.WebviewPanel, file: vscode.Uri): Promise<void> {
    const key = file.toString();
    const panel = new Panel(view, file, this.server, this.script);
    this.open.set(key, panel);
    view.onDidDispose(() => {
      this.open.delete(key);
      panel.dispose();
    });
    await panel.begin();
  }

  private renew(file: vscode.Uri | undefined): void {
    const found = file === undefined ? [...this.open.values()] : [this.open.get(file.toString())];
    for (const panel of found) {
      panel?.renew();
    }
  }
}

/** The preview of one file. */
class Panel implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private again = false;
  private shown: Page | undefined;
  private readonly parts: vscode.Disposable;

  constructor(
    private readonly view: vscode.WebviewPanel,
    private readonly file: vscode.Uri,
    private readonly server: Source,
    private readonly script: string,
  ) {
    view.webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: [] };
    this.parts = vscode.Disposable.from(
      view.webview.onDidReceiveMessage((message: unknown) => {
        void this.goTo(message);
      }),
      view.onDidChangeViewState(() => {
        preferred.preview = view.active ? file : undefined;
        if (!view.visible && this.shown !== undefined) {
          this.set(this.shown); // what VS Code begins with when the page is looked at again
        }
      }),
    );
  }

  async begin(): Promise<void> {
    this.show(await this.ask());
  }

  reveal(): void {
    this.view.reveal(undefined, true);
  }

  /** Makes the page anew, once the news have settled. */
  renew(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      void this.update();
    }, SETTLE);
  }

  dispose(): void {
    clearTimeout(this.timer);
    if (preferred.preview?.toString() === this.file.toString()) {
      preferred.preview = undefined;
    }
    this.parts.dispose();
    this.view.dispose();
  }

  /** Asks one question at a time: in a large file an answer may take longer than a keystroke. */
  private async update(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.again = false;
        this.show(await this.ask());
      } while (this.isAskedAgain());
    } finally {
      this.asking = false;
    }
  }

  private isAskedAgain(): boolean {
    return this.again;
  }

  private async ask(): Promise<Page> {
    try {
      const answer = await this.server.execute('lazyoci.previewPage', this.file.toString());
      return asPage(answer) ?? without('There is no preview: the language server does not run.');
    } catch (error) {
      return without(`There is no preview: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A page with another style is a new one; else its content is exchanged, so that scroll and focus stay. */
  private show(page: Page): void {
    const before = this.shown;
    this.shown = page;
    if (page.style !== before?.style || !this.view.visible) {
      this.set(page);
    } else if (page.main !== before.main) {
      void this.view.webview.postMessage({ main: page.main });
    }
  }

  private set(page: Page): void {
    this.view.webview.html = shell(page, this.script, this.file.toString());
  }

  /** The page was asked to go to a line of the file. */
  private async goTo(message: unknown): Promise<void> {
    const line = (message as { line?: unknown } | null | undefined)?.line;
    if (typeof line === 'number' && Number.isInteger(line) && line > 0) {
      const place = new vscode.Range(line - 1, 0, line - 1, 0);
      const other = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === this.file.toString());
      const viewColumn = other?.viewColumn ?? vscode.ViewColumn.One;
      await vscode.window.showTextDocument(this.file, { selection: place, viewColumn });
    }
  }
}
