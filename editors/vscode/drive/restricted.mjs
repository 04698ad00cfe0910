// Restricted mode: in a workspace that is not trusted nothing runs and nothing is asked, though the workspace asks for it
// with all it has. Once it is trusted, the same traps catch the server: so they would have before.
import { extensionHost } from './trace.mjs';

const SILENCE = 10; // seconds in which a server would have started, answered, and asked a registry
const PROGRAMS = ['lazyoci', 'git', 'docker', 'podman', 'buildah', 'skopeo', 'helm', 'docker-credential-trap', 'python3'];
// The extension host itself looks for ports to forward, by ps and ls, and by VS Code's own rg for files that extensions
// are there for. No extension runs in it but ours (code-server.mjs).
const VSCODES_OWN = new RegExp(
  [
    String.raw`^(/usr)?/bin/(ls|grep|ps): `,
    String.raw`^/bin/sh: "/bin/sh", "-c", "(ls -l /proc/|ps -F -A -l )`,
    String.raw`/@vscode/ripgrep/bin/rg: `,
  ].join('|'),
);

/** What the folder holds: a registry that counts, and every way to name a program that a workspace has. */
export function trap(recorder, host, lazyoci) {
  for (const name of PROGRAMS) {
    recorder.add(name, name === 'lazyoci' ? lazyoci : undefined);
  }
  const settings = {
    'lazyoci.server.path': '${workspaceFolder}/tools/server',
    'lazyoci.registry.checks': 'credentials',
    'lazyoci.preview.env': { LAZYOCI_REGISTRY: host.name },
  };
  return {
    text: `\
version: 1
artifacts:
  - type: artifact
    name: settings
    files:
      - path: shop.txt
        mediaType: text/plain
    targets:
      - registry: ${host.name}/acme/settings
        tags: ["{{ .Version }}", "{{ .Versoin }}"]
`,
    files: {
      '.vscode/settings.json': JSON.stringify(settings),
      'tools/server': recorder.script('the workspace setting', lazyoci),
      '.venv/bin/lazyoci': recorder.script('the .venv', lazyoci),
    },
  };
}

export const RESTRICTED = {
  async restricted(editor, { recorder, host, trace }) {
    await editor.until('.statusbar-item', /Restricted Mode/);
    await editor.goTo(2, 1);
    await editor.command('lazyoci: Show the language server'); // the extension is there
    await editor.settle(SILENCE);
    equal(recorder.lines(), [], 'programs that ran');
    equal(host.connections, 0, 'connections to the registry');
    if (trace !== undefined) {
      const { commands, addresses } = extensionHost(trace);
      equal(commands.filter((each) => !VSCODES_OWN.test(each)), [], 'commands that extensions ran');
      equal(addresses, [], 'addresses that extensions connected to');
    }
    if ((await editor.texts('.view-line')).some((line) => line.includes('→')) || (await editor.count('.squiggly-error')) > 0) {
      throw new Error('the server runs in restricted mode');
    }
    await editor.showStatus();
    await editor.until('.hover-language-status', /restricted mode/);
  },

  async trusted(editor, { recorder, host, trace }) {
    await editor.grantTrust();
    await editor.until('.view-line', /→/, 60);
    const ran = recorder.lines();
    if (!ran.includes('the workspace setting lsp')) {
      throw new Error(`the server was not seen to start: ${JSON.stringify(ran)}`);
    }
    await editor.eventually(() => host.connections > 0, 'a connection to the registry');
    if (trace !== undefined && !extensionHost(trace).commands.some((each) => each.includes('/tools/server: '))) {
      throw new Error('strace did not see the server start');
    }
  },
};

function equal(found, wanted, what) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: ${JSON.stringify(found)}`);
  }
}
