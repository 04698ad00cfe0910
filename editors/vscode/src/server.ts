// The language server's life in this window: found, started where the workspace is trusted, restarted, stopped.
import { spawn, type ChildProcess } from 'node:child_process';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  type LanguageClientOptions,
  type ServerOptions,
  type StaticFeature,
} from 'vscode-languageclient/node';
import { intercept } from './commands';
import { DOCUMENTS } from './documents';
import type { State as Debugged } from './debug';
import { linked } from './explain';
import type { Found, Source } from './find';
import { locate, missing, tellMissing } from './locate';
import { complaint, probe, type Probed } from './probe';
import { Status } from './status';
import { LINKED, split } from './trust';

const FIRST_ANSWER = 20_000; // milliseconds: its program has just said its version, so nothing is cold any more

/** Starts and stops at most one server. */
export class Server implements vscode.Disposable {
  /** The program of the running server. */
  program: string | undefined;
  /** The tag that it previews with instead of that of the settings. */
  tag: string | undefined;
  /** Where previews are shown. */
  previews: { show(file: vscode.Uri): Promise<void> } | undefined;
  private readonly changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  /** What the server says of a document may be other than before; of all of them, where there is none. */
  readonly onDidChange = this.changed.event;
  private client: LanguageClient | undefined;
  private child: ChildProcess | undefined;
  private found: Found | undefined;
  private probed: Probed | undefined;
  private ends: number[] = []; // when it ended by itself
  private queue: Promise<void> = Promise.resolve();
  private readonly status = new Status();
  private readonly output = vscode.window.createOutputChannel('lazyoci', { log: true });
  /** A push in a terminal changes what registries have, which only this window knows of. */
  private readonly pushed = vscode.tasks.onDidEndTaskProcess(({ execution: { task }, exitCode }) => {
    if (task.definition.type === 'lazyoci' && task.name === 'push' && exitCode === 0) {
      void this.askAgain();
    }
  });

  /** Starts the server, or begins anew; in a workspace that is not trusted, runs nothing. */
  restart(): Promise<void> {
    if (this.client?.state === State.Starting) {
      this.abandon(); // it may never answer, and what comes next would wait for it
    }
    return this.inTurn(async () => {
      await this.end();
      if (!vscode.workspace.isTrusted) {
        this.status.restricted();
        return;
      }
      const found = locate();
      this.found = found;
      this.probed = undefined;
      if (found.kind !== 'found') {
        this.status.missing();
        void tellMissing(missing(found));
        return;
      }
      this.status.starting();
      this.probed = await probe(found.file);
      const fault = complaint(found.file, this.probed);
      if (fault !== '') {
        this.output.error(fault);
        this.status.failed(fault);
        void tellMissing(fault);
        return;
      }
      this.ends = [];
      await this.begin(found.file, found.source);
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.end());
  }

  showOutput(): void {
    this.output.show(true);
  }

  async showPreview(file: vscode.Uri): Promise<void> {
    await this.previews?.show(file);
  }

  setTag(tag: string): void {
    this.tag = tag === '' ? undefined : tag;
    this.changed.fire(undefined);
  }

  /** Runs a command of the server itself; undefined where none runs. */
  async execute(command: string, ...args: unknown[]): Promise<unknown> {
    if (this.client?.state !== State.Running) {
      return undefined;
    }
    return this.client.sendRequest('workspace/executeCommand', { command, arguments: args });
  }

  /** Has the registries asked again for every open document, where they are asked without being told to. */
  private async askAgain(): Promise<void> {
    const checks = vscode.workspace.getConfiguration('lazyoci').get<string>('registry.checks', '');
    for (const document of vscode.workspace.textDocuments) {
      if (document.languageId === 'lazyoci' && ['anonymous', 'credentials'].includes(checks)) {
        await this.execute('lazyoci.checkAgain', document.uri.toString());
      }
    }
  }

  dispose(): void {
    this.pushed.dispose();
    this.status.dispose();
    this.output.dispose();
    this.changed.dispose();
  }

  /** What a report of a problem should hold. */
  async debugged(): Promise<Debugged> {
    const told = (await this.execute('lazyoci.debugInformation')) as { text?: unknown } | undefined;
    return { found: this.found, probed: this.probed, server: typeof told?.text === 'string' ? told.text : '' };
  }

  private async begin(file: string, source: Source): Promise<void> {
    const { version, python } = this.probed as { version: string; python: string };
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath).join(', ');
    this.output.info(`starting ${file} (${source}): lazyoci ${version}, Python ${python}; workspace: ${folders || 'no folder'}`);
    const options: ServerOptions = () => Promise.resolve(this.spawned(file));
    const client = new QuietClient('lazyoci', 'lazyoci', options, this.options());
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) {
        return;
      }
      void setRunning(newState === State.Running);
      this.changed.fire(undefined);
      if (newState === State.Running) {
        this.status.running(client.initializeResult?.serverInfo?.version ?? '', file, source, '');
      } else if (newState === State.Stopped) {
        this.status.failed('It ended; its output says why.');
      }
    });
    client.registerFeature(STATUS);
    client.onNotification('experimental/serverStatus', ({ health, message }: ServerStatus) => {
      if (health === 'ok') {
        this.status.running(client.initializeResult?.serverInfo?.version ?? '', file, source, message ?? '');
      } else {
        this.status.offline(message ?? '');
      }
    });
    client.onNotification('lazyoci/registryAnswers', () => {
      this.changed.fire(undefined);
    });
    this.client = client;
    this.program = file;
    const limit = setTimeout(() => {
      const fault = `${file} did not answer as a language server within ${String(FIRST_ANSWER / 1000)} s.`;
      this.abandon();
      this.output.error(fault);
      this.status.failed(fault);
      void tellMissing(fault);
    }, FIRST_ANSWER);
    try {
      await client.start();
    } catch (error) {
      if (client === this.client) {
        this.status.failed(error instanceof Error ? error.message : String(error));
      }
    } finally {
      clearTimeout(limit);
    }
  }

  private spawned(file: string): ChildProcess {
    const cwd = vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === 'file')?.uri.fsPath;
    const child = spawn(file, ['lsp'], { cwd });
    child.on('error', (error) => {
      this.output.error(`${file} cannot be run: ${error.message}`);
    });
    this.child = child;
    return child;
  }

  /** Ends a server that does not answer: its client can only be stopped once it has answered. */
  private abandon(): void {
    this.client = undefined; // so that its end is not taken for a failure
    this.program = undefined;
    this.child?.kill('SIGKILL');
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined; // first, so that its end is not taken for a failure
    this.program = undefined;
    this.tag = undefined;
    await setRunning(false);
    if (client?.state === State.Running) {
      await client.stop();
    }
    await client?.dispose();
  }

  /** A server that ended by itself is started again; one that ends again and again is told of, once. */
  private restartOrGiveUp(): { action: CloseAction; handled: boolean } {
    if (this.client === undefined) {
      return { action: CloseAction.DoNotRestart, handled: true }; // it was ended
    }
    const now = Date.now();
    this.ends = [...this.ends.filter((one) => now - one < 180_000), now];
    if (this.ends.length <= 2) {
      return { action: CloseAction.Restart, handled: true };
    }
    const show = 'Show output';
    void vscode.window.showErrorMessage('lazyoci: the language server ended three times in three minutes.', show).then((choice) => {
      if (choice === show) {
        this.showOutput();
      }
    });
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.output,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }), // the end that follows is what counts
        closed: () => this.restartOrGiveUp(),
      },
      initializationFailedHandler: () => false, // why is told by what waits for the start
      // `trusted` is the one value that no setting holds.
      initializationOptions: () => ({ ...settings(), trusted: vscode.workspace.isTrusted }),
      middleware: {
        provideHover: async (document, position, token, next) => withLinks(await next(document, position, token)),
        executeCommand: (command, args, next) => intercept(this, command, args, next),
        provideWorkspaceDiagnostics: (before, token, report, next) =>
          next(before, token, (chunk) => {
            for (const one of chunk?.items ?? []) {
              if ('items' in one) {
                linked(one.items);
              }
            }
            report(chunk);
          }),
        provideDiagnostics: async (document, previous, token, next) => {
          const report = await next(document, previous, token);
          if (report !== null && report !== undefined && 'items' in report) {
            linked(report.items);
          }
          this.changed.fire(document instanceof vscode.Uri ? document : document.uri);
          return report;
        },
      },
    };
  }

  /** One thing after the other: a restart during a start would leave two servers. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(work);
    this.queue = turn.catch((error: unknown) => {
      this.output.error(String(error));
    });
    return turn;
  }
}

/** Writes what fails into the output alone: this window tells of a server that fails once, in words of its own. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** A hover in which the server's own links, and they alone, run commands. */
function withLinks(hover: vscode.Hover | null | undefined): vscode.Hover | null | undefined {
  if (!hover) {
    return hover;
  }
  const contents = hover.contents.flatMap((part) => {
    const { shown, links } = split(part instanceof vscode.MarkdownString ? part.value : '');
    if (links === '') {
      return [part];
    }
    const trusted = new vscode.MarkdownString(links);
    trusted.isTrusted = { enabledCommands: LINKED };
    return shown === '' ? [trusted] : [new vscode.MarkdownString(shown), trusted];
  });
  return new vscode.Hover(contents, hover.range);
}

/** What the server tells of itself, as rust-analyzer's extension of the protocol has it. */
interface ServerStatus {
  readonly health: 'ok' | 'warning' | 'error';
  readonly message?: string;
}

/** Says that this client shows the server's status. */
const STATUS: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      serverStatusNotification: true,
      lazyociRegistryAnswers: true,
    };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

function settings(): object {
  return JSON.parse(JSON.stringify(vscode.workspace.getConfiguration('lazyoci'))) as object;
}

/** Makes the commands of the server available, or not. */
async function setRunning(running: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', 'lazyoci.running', running);
}
