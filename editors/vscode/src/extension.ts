// What is registered in VS Code. Everything else is in the modules named here.
import * as vscode from 'vscode';
import { copy } from './debug';
import { Explanations } from './explain';
import { Panels } from './panel/panels';
import { Server } from './server';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const running = new Server();
  server = running;
  const previews = new Panels(running, context);
  running.previews = previews;
  context.subscriptions.push(
    running,
    previews,
    new Explanations(running),
    vscode.commands.registerCommand('lazyoci.copyDebugInformation', async () => copy(context, await running.debugged())),
    vscode.commands.registerCommand('lazyoci.restartServer', () => running.restart()),
    vscode.commands.registerCommand('lazyoci.showOutput', () => {
      running.showOutput();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('lazyoci.server')) {
        void running.restart();
      }
    }),
  );
  await running.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
