// One line among the language's states: what the server is, or why there is none.
import * as vscode from 'vscode';
import { DOCUMENTS } from './documents';

/** The status of the server, shown where a `.lazy` file is edited. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('lazyoci.server', DOCUMENTS);

  constructor() {
    this.item.name = 'lazyoci';
  }

  starting(): void {
    this.set('lazyoci: starting', { busy: true });
  }

  /** `previewed` says which occasion hints and hovers are for; empty for here and now. */
  running(version: string, file: string, source: string, previewed: string): void {
    if (previewed === '') {
      this.set(`lazyoci ${version}`.trimEnd(), { detail: `${file} (${source})`, command: RESTART });
    } else {
      this.set(`lazyoci: ${previewed}`, { command: { title: 'Preview as …', command: 'lazyoci.setPreviewTag' } });
    }
  }

  offline(detail: string): void {
    this.set('lazyoci: offline', { detail, severity: vscode.LanguageStatusSeverity.Warning });
  }

  restricted(): void {
    this.set('lazyoci: restricted mode', {
      detail: 'No program is run and no registry asked until the workspace is trusted.',
      command: { title: 'Manage trust', command: 'workbench.trust.manage' },
      severity: vscode.LanguageStatusSeverity.Warning,
    });
  }

  missing(): void {
    this.set('lazyoci: not found', {
      detail: 'Install the program or set lazyoci.server.path.',
      command: RESTART,
      severity: vscode.LanguageStatusSeverity.Warning,
    });
  }

  failed(reason: string): void {
    this.set('lazyoci: the server does not run', {
      detail: reason,
      command: { title: 'Show output', command: 'lazyoci.showOutput' },
      severity: vscode.LanguageStatusSeverity.Error,
    });
  }

  dispose(): void {
    this.item.dispose();
  }

  private set(text: string, more: More): void {
    this.item.text = text;
    this.item.detail = more.detail ?? '';
    this.item.command = more.command;
    this.item.busy = more.busy ?? false;
    this.item.severity = more.severity ?? vscode.LanguageStatusSeverity.Information;
  }
}

interface More {
  readonly detail?: string;
  readonly command?: vscode.Command;
  readonly busy?: boolean;
  readonly severity?: vscode.LanguageStatusSeverity;
}

const RESTART: vscode.Command = { title: 'Restart', command: 'lazyoci.restartServer' };
