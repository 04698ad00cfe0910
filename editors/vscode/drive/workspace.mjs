// The folder that is opened: a git repository at a version tag, with a `.lazy` file of three artifacts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const LAZY = `\
version: 1
artifacts:
  - type: image
    name: shop
    platforms: [linux/amd64, linux/arm64]
    targets:
      - registry: ghcr.io/acme/shop
        tags:
          - "{{ .Version }}-{{ .GitSHA }}"
          - "{{ .VersionMajorMinor }}"
          - {tag: latest, when: release, moves: forward}
  - type: helm
    name: shop-chart
    chartPath: charts/shop
    targets:
      - registry: "{{ .Registry }}/charts/shop"
        tags: ["{{ .ChartVersion }}"]
  - type: artifact
    name: shop-api
    files:
      - path: api/openapi.yaml
        mediaType: application/vnd.oai.openapi
    targets:
      - registry: "{{ .Registry }}/shop-api"
        tags:
          - "{{ .VersionRaw }}"
          - "{{ .GitBranch | default \`edge\` | tagify }}"
`;

const FILES = {
  '.lazy': LAZY,
  Dockerfile: 'FROM scratch\nARG REVISION\nCOPY shop.txt /\n',
  'shop.txt': 'shop\n',
  'api/openapi.yaml': 'openapi: 3.1.0\n',
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.3.0\nappVersion: 1.4.2\n',
};

/** Makes the folder; `text` in the place of the `.lazy` file's, and other files beside it. Answers the file. */
export function makeWorkspace(folder, { text = LAZY, files = {} } = {}) {
  for (const [name, content] of Object.entries({ ...FILES, ...files, '.lazy': text })) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message=Sell');
  git(folder, 'tag', 'v1.4.2');
  return path.join(folder, '.lazy');
}

/** Runs git; author and time are fixed, so that the commit is the same in every picture. */
export function git(folder, ...args) {
  const who = { NAME: 'A', EMAIL: 'a@example.com', DATE: '2024-05-06T07:08:09Z' };
  const fixed = Object.entries(who).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const env = { ...process.env, ...Object.fromEntries(fixed), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const done = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  if (done.status !== 0) {
    throw new Error(`git ${args.join(' ')}: ${done.error ?? done.stderr}`);
  }
}
