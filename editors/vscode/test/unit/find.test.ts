import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, type Surroundings } from '../../src/find';

function around(files: readonly string[], more: Partial<Surroundings> = {}): Surroundings {
  return {
    setting: '',
    folders: ['/src/one', '/src/two'],
    env: { PATH: '/usr/local/bin:/usr/bin' },
    home: '/home/anna',
    windows: false,
    runs: (file) => files.includes(file),
    ...more,
  };
}

test('the setting comes first, then the workspace, then the PATH', () => {
  const files = ['/opt/lazyoci', '/src/two/.venv/bin/lazyoci', '/usr/bin/lazyoci'];
  assert.deepEqual(find(around(files, { setting: '/opt/lazyoci' })), { kind: 'found', file: files[0], source: 'setting' });
  assert.deepEqual(find(around(files)), { kind: 'found', file: files[1], source: 'workspace' });
  assert.deepEqual(find(around(files, { folders: [] })), { kind: 'found', file: files[2], source: 'PATH' });
});

test('venv counts as well as .venv', () => {
  const file = '/src/one/venv/bin/lazyoci';
  assert.deepEqual(find(around([file])), { kind: 'found', file, source: 'workspace' });
});

test('a setting that cannot be run is not passed over', () => {
  const found = find(around(['/usr/bin/lazyoci'], { setting: '/opt/none' }));
  assert.deepEqual(found, { kind: 'bad setting', file: '/opt/none' });
});

test('home and workspace are understood in the setting', () => {
  const files = ['/home/anna/bin/lazyoci', '/src/one/bin/lazyoci'];
  for (const setting of ['~/bin/lazyoci', '${workspaceFolder}/bin/lazyoci', 'bin/lazyoci']) {
    const found = find(around(files, { setting }));
    assert.equal(found.kind, 'found', setting);
  }
});

test('relative entries of the PATH are not looked at', () => {
  const env = { PATH: '.:bin::/usr/bin' };
  const asked: string[] = [];
  const found = find(around([], { env, folders: [], runs: (file) => asked.push(file) < 0 }));
  assert.deepEqual(found, { kind: 'missing' });
  assert.deepEqual(asked, ['/usr/bin/lazyoci']);
});

test('Windows has Scripts, .exe, Path and semicolons', () => {
  const windows = { windows: true, folders: ['C:\\work'], home: 'C:\\Users\\anna', env: { Path: 'D:\\tools;C:\\bin' } };
  const own = 'C:\\work\\.venv\\Scripts\\lazyoci.exe';
  assert.deepEqual(find(around([own], windows)), { kind: 'found', file: own, source: 'workspace' });
  assert.deepEqual(find(around(['C:\\bin\\lazyoci.exe'], windows)), {
    kind: 'found',
    file: 'C:\\bin\\lazyoci.exe',
    source: 'PATH',
  });
});

test('without any there is none', () => {
  assert.deepEqual(find(around([], { env: {} })), { kind: 'missing' });
});
