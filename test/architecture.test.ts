import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

/** Directories, and files that stand by themselves, by the layer they belong to. Imports point down or stay on the layer. */
const layers: readonly (readonly string[])[] = [
  ['bytes', 'errors.ts', 'limits.ts', 'warnings.ts'],
  ['asn1', 'crypto'],
  ['x509', 'pem', 'keystore'],
  ['aia', 'convert', 'deploy', 'probe', 'postfix'],
  ['cli', 'index.ts'],
];
/** Directories of layer 2 that may use one another: a store holds certificates, a PEM file too, but not the other way round. */
const insideLayerTwo: Readonly<Record<string, readonly string[]>> = {
  x509: [],
  pem: ['x509'],
  keystore: ['x509', 'pem'],
};

/** Modules that only some directories may use: what reaches outside, and the libraries. */
const guarded: Readonly<Record<string, RegExp>> = {
  'node:crypto': /^crypto\/platform\.ts$/,
  'node:fs': /^(deploy|postfix)\/|^cli\/(host|read-input|standard-streams)\.ts$/,
  'node:os': /^deploy\/windows\.ts$/,
  'node:child_process': /^deploy\/(hook|access-list)\.ts$|^postfix\/installation\/postconf\.ts$/,
  'node:net': /^(probe|aia)\//,
  'node:http': /^aia\/download\.ts$/,
  'node:https': /^aia\/download\.ts$/,
  'node:dns': /^aia\//,
  'node:dns/promises': /^aia\/public-address\.ts$/,
  // The roots that Node ships are data; they come with no other module.
  'node:tls': /^probe\/|^x509\/roots\.ts$/,
  'node:stream': /^probe\//,
  'node:tty': /^cli\/terminal\/prompt\.ts$/,
  'node:util': /^cli\/terminal\/screen\.ts$/,
  'node:path': /^(deploy|postfix|cli)\//,
  commander: /^cli\/shared-options\.ts$/,
  asn1js: /^pem\/cms\.ts$/,
  pkijs: /^pem\/cms\.ts$/,
  'node-forge/lib/rc2.js': /^crypto\/cipher\/rc2\.ts$/,
  // In the page only.
  'node-forge/lib/des.js': /^crypto\/web\/triple-des\.ts$/,
  'smol-toml': /^cli\/configuration\/toml\.ts$/,
};

/** Directories that run in browsers, too, and their only files that use Node's globals: the page is built with others in their place. */
const portable = ['bytes', 'asn1', 'crypto', 'x509', 'pem', 'keystore', 'convert'];
const forNode: readonly string[] = ['bytes/encoding.ts', 'crypto/platform.ts'];
/** What the page is built with in place of those; nothing else imports them. */
const forWeb = /^(bytes\/encoding-web|crypto\/platform-web|crypto\/web\/[a-z0-9-]+)\.ts$/;

/** The one place below the command where the clock is read: `convert` without `now`. */
const presentByDefault = 'given.now ?? new Date()';

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, 'src', path), 'utf8') }));

const directoryOf = (path: string) => path.split('/')[0] as string;
const layerOf = (path: string) => layers.findIndex((layer) => layer.includes(directoryOf(path)));

/** Without comments and texts. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'|"[^"\n]*"|`[^`]*`/gm, '');
}

function importsOf({ path, text }: { path: string; text: string }): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g)].map(
    (match) => match[1] as string,
  );
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? relative('.', join(dirname(path), specifier)).replace(/\.js$/, '.ts') : specifier,
  );
}

test('there is something to look at', () => expect(files.length).toBeGreaterThan(30));

describe.each(files)('src/$path', (file) => {
  const { path, text } = file;

  test('belongs to a layer, and imports from there down', () => {
    expect(layerOf(path)).toBeGreaterThanOrEqual(0);
    for (const target of importsOf(file).filter((name) => name.endsWith('.ts'))) {
      expect(layerOf(target), `${path} imports ${target}`).toBeLessThanOrEqual(layerOf(path));
      const neighbours = insideLayerTwo[directoryOf(path)];
      if (neighbours && layerOf(target) === 2 && directoryOf(target) !== directoryOf(path))
        expect(neighbours, `${path} imports ${target}`).toContain(directoryOf(target));
    }
  });

  test('uses only the modules of its directory', () => {
    for (const name of importsOf(file).filter((specifier) => !specifier.endsWith('.ts') || specifier in guarded)) {
      if (name.startsWith('@noble/') && path.startsWith('crypto/web/')) continue;
      const allowed = guarded[name];
      expect(allowed, `${name} is guarded by no rule`).toBeDefined();
      expect(path).toMatch(allowed as RegExp);
    }
  });

  test('names the process only if it is the host, and the clock nowhere else', () => {
    if (path === 'cli/host.ts') return;
    const code = codeOf(path === 'convert/served-chain.ts' ? text.replace(presentByDefault, '') : text);
    // A module of Node that is loaded when it is needed, as by `import()`, which cannot be awaited everywhere.
    expect(code.replaceAll('process.getBuiltinModule(', '')).not.toMatch(
      /\bprocess\b|\bDate\.now\b|new Date\(\)|\bconsole\b/,
    );
  });

  test('uses nothing that browsers lack', () => {
    if (!portable.includes(directoryOf(path)) || forNode.includes(path)) return;
    expect(codeOf(text)).not.toMatch(/\bprocess\b|\bsetImmediate\b|\brequire\(/);
  });

  test('uses Buffer in the command only', () => {
    if (directoryOf(path) === 'cli' || forNode.includes(path)) return;
    expect(codeOf(text)).not.toMatch(/\bBuffer\b/);
  });

  test('leaves the cryptography of the page to the page', () => {
    if (forWeb.test(path)) return;
    expect(importsOf(file).filter((name) => forWeb.test(name))).toEqual([]);
  });

  test('asks the network only from its own directory', () => {
    expect(text).not.toMatch(/\bfetch\(/);
  });

  test('is of a size to be read at once', () => expect(text.split('\n').length).toBeLessThanOrEqual(300));

  test('has a name in kebab-case that says what it is', () => {
    expect(path).toMatch(/^([a-z0-9]+\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
    expect(path).not.toMatch(/util|helper|common|misc/);
  });
});

test('each library comes in by one door', () => {
  for (const library of ['commander', 'asn1js', 'pkijs', 'node-forge/lib/rc2.js', 'smol-toml']) {
    const doors = files.filter((file) => importsOf(file).includes(library)).map(({ path }) => path);
    expect(doors, library).toHaveLength(1);
  }
});

test('no two files import each other, however far round', () => {
  const graph = new Map(files.map((file) => [file.path, importsOf(file).filter((name) => name.endsWith('.ts'))]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    expect(trail, 'cycle').not.toContain(path);
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

test('docs/architecture.md says what each directory is for, and names only files that exist', () => {
  const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const named = [...document.matchAll(/`([\w./-]+\/|[\w./-]+\.ts)`/g)].map((match) => match[1] as string);
  const isInSource = (name: string) =>
    files.some(({ path }) => (name.endsWith('/') ? path.startsWith(name) : path === name || path.endsWith(`/${name}`)));
  // Capitals stand for any name.
  const elsewhere = /^(bin|page|test)\/|^session\.ts$|^src\/$|[A-Z]{2}/;
  const unknown = named.filter((name) => !elsewhere.test(name) && !isInSource(name.replace(/^src\//, '')));
  expect(unknown).toEqual([]);
  const directories = new Set(files.map(({ path }) => dirname(path)).filter((path) => path !== '.'));
  const covered = named.map((name) => name.replace(/^src\//, ''));
  const unnamed = [...directories].filter((path) => !covered.some((name) => name.startsWith(`${path}/`)));
  expect(unnamed).toEqual([]);
});

test('one version, in package.json and in the command', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(readFileSync(join(root, 'src/cli/commands.ts'), 'utf8')).toContain(`'${version}'`);
});

test('the lock file names no registry', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const entry of Object.values(lock.packages) as { resolved?: string }[]) expect(entry.resolved).toBeUndefined();
});
