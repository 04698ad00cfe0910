// A VS Code that a browser can show: code-server's, as setup.sh builds it, with one extension and settings of its own.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, createWriteStream, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const SETTINGS = {
  'breadcrumbs.enabled': false,
  'editor.fontFamily': "'JetBrains Mono', monospace",
  'editor.fontLigatures': false,
  'editor.fontSize': 13,
  'editor.lineHeight': 20,
  'editor.hideCursorInOverviewRuler': true,
  'editor.lightbulb.enabled': 'off',
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.overviewRulerBorder': false,
  'editor.stickyScroll.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'files.autoSave': 'off',
  'git.blame.statusBarItem.enabled': false,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'task.allowAutomaticTasks': 'off',
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.fontFamily': "'JetBrains Mono', monospace",
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Starts it on a free port. `trace` is a file for what strace sees of programs run and connections made; then only those
 * of VS Code's own extensions are there that run no code, as what is seen is to be ours.
 */
export async function startCodeServer({ place, vsix, directory, env, settings = {}, trace }) {
  const data = path.join(directory, 'data');
  const extensions = path.join(directory, 'extensions');
  install(vsix, extensions, directory);
  const server = new CodeServer(data);
  server.configure(settings);
  const root = path.join(place, 'node_modules/code-server/lib/vscode');
  const command = [process.execPath, 'out/server-main.js', '--host', '127.0.0.1', '--port', '0'];
  command.push('--without-connection-token', '--accept-server-license-terms', '--telemetry-level', 'off');
  command.push('--force-disable-user-env', '--server-data-dir', data, '--extensions-dir', extensions);
  if (trace !== undefined) {
    command.push('--builtin-extensions-dir', inert(path.join(root, 'extensions'), path.join(directory, 'builtin')));
    command.unshift('strace', '-f', '--seccomp-bpf', '-q', '-s', '300', '-e', 'trace=execve,connect,clone,clone3,fork,vfork', '-o', trace);
  }
  await server.start(command, root, env, path.join(directory, 'code-server.log'));
  return server;
}

class CodeServer {
  constructor(data) {
    this.data = data;
  }

  /** Sets settings, which the windows that are open take over; those of before are gone. */
  configure(settings) {
    const directory = path.join(this.data, 'data/Machine');
    mkdirSync(directory, { recursive: true });
    const file = path.join(directory, 'settings.json');
    writeFileSync(`${file}.new`, JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2));
    renameSync(`${file}.new`, file);
  }

  async start([program, ...args], cwd, env, logFile) {
    const log = createWriteStream(logFile);
    this.process = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.process.stderr.pipe(log);
    this.base = await new Promise((resolve, reject) => {
      let told = '';
      this.process.on('error', reject);
      this.process.on('exit', (code) => reject(new Error(`VS Code ended with ${code}; ${logFile} says why\n${told}`)));
      this.process.stdout.on('data', (data) => {
        log.write(data);
        told += data;
        const port = /listening on (\d+)/.exec(told);
        if (port !== null) resolve(`http://127.0.0.1:${port[1]}`);
      });
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    if (this.process.exitCode !== null || this.process.signalCode !== null) {
      return;
    }
    process.kill(-this.process.pid, 'SIGTERM'); // its group: strace would outlive it otherwise
    await ended;
  }
}

/** A directory of VS Code's own extensions that are only colours. */
function inert(all, directory) {
  for (const name of ['theme-defaults', 'yaml']) {
    cpSync(path.join(all, name), path.join(directory, name), { recursive: true });
  }
  return directory;
}

/** Unpacks a .vsix where VS Code looks for extensions. */
function install(vsix, extensions, directory) {
  const unpacked = path.join(directory, 'vsix');
  mkdirSync(unpacked, { recursive: true });
  mkdirSync(extensions, { recursive: true });
  const done = spawnSync('python3', ['-m', 'zipfile', '-e', vsix, unpacked], { encoding: 'utf8' });
  if (done.status !== 0) {
    throw new Error(`${vsix} could not be unpacked: ${done.error ?? done.stderr}`);
  }
  const { version } = JSON.parse(readFileSync(path.join(unpacked, 'extension', 'package.json'), 'utf8'));
  renameSync(path.join(unpacked, 'extension'), path.join(extensions, `lazyoci.lazyoci-${version}`));
}
