import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { blockWith } from '../readme/code-blocks.js';
import { outputOf, runTool } from './tool.js';

/** What the README tells people to do, done: its code blocks, on a machine that is a directory. */
const project = new URL('../..', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'jks2pem-recipes-'));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true }));

let machine: string;
let number = 0;

/** With the directories that the recipes speak of in our directory. */
const onMachine = (text: string) =>
  text.replaceAll(/\/etc\/(?=keystore|postfix|letsencrypt|jks2pem)/g, `${machine}/etc/`);

function install(path: string, content: string, mode = 0o644): string {
  const place = join(machine, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content, { mode });
  chmodSync(place, mode);
  return place;
}

/** The PATH of a root shell (login.defs(5)), of a service (systemd.exec(5)), and of a cron job on Debian (crontab(5)). */
const shellPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const servicePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';
const cronPath = '/usr/bin:/bin';

/** Runs a program with nothing in its environment but this, and in each directory of PATH our stand-ins first. */
function run(tool: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { PATH = shellPath, ...others } = environment;
  const path = PATH.split(':').flatMap((directory) => [machine + directory, directory]);
  const variables = Object.entries({ PATH: path.join(':'), ...others });
  return runTool('env', ['-i', ...variables.map(([name, value]) => `${name}=${value}`), tool, ...args]);
}

const log = () => readFileSync(join(machine, 'log'), 'utf8');
const pem = () => readFileSync(join(machine, 'etc/postfix/tls/mail.pem'), 'latin1');

beforeEach(() => {
  machine = join(root, `${number++}`);
  mkdirSync(join(machine, 'etc/postfix/tls'), { recursive: true });
  mkdirSync(join(machine, 'etc/keystore'), { recursive: true });
  copyFileSync(join(project, 'fixtures/tomcat.keystore'), join(machine, 'etc/keystore/mail.jks'));
  install('etc/keystore/password', 'my-passphrase\n', 0o600);
  install('log', '');
  install('usr/local/bin/jks2pem', `#!/bin/sh\nexec ${process.execPath} ${project}/bin/jks2pem.js "$@"\n`, 0o755);
  // npx gets the package from a registry; here it is the built one.
  install('usr/local/bin/npx', '#!/bin/sh\n[ "$1" = --yes ] && shift\nexec "$@"\n', 0o755);
  for (const program of ['usr/sbin/postfix', 'usr/bin/logger'])
    install(program, `#!/bin/sh\necho ${basename(program)} "$@" >> ${machine}/log\n`, 0o755);
});

test('hooks written for certbot run as they are', () => {
  install(
    'etc/letsencrypt/renewal-hooks/deploy/mail.sh',
    blockWith('# /etc/letsencrypt/renewal-hooks/deploy/mail.sh').text,
    0o755,
  );
  for (let i = 0; i < 2; i++) {
    const { status, stderr } = run('sh', ['-ec', onMachine(blockWith('--layout certbot').text)]);
    expect([status, stderr.toString()]).toEqual([0, expect.stringMatching(/wrote|up to date/)]);
  }
  const domains = ['mail.example.com', 'smtp.example.com'];
  expect(log()).toBe(`${domains.map((name) => `logger -t renewal ${name} renewed\n`).join('')}postfix reload\n`);
});

describe('systemd', () => {
  const units = ['/etc/systemd/system/jks2pem.path', '/etc/systemd/system/jks2pem.service'];

  test('finds nothing wrong with the units', () => {
    const paths = units.map((path) => install(basename(path), blockWith(path).text));
    const { status, stdout, stderr } = run('systemd-analyze', ['verify', '--man=no', ...paths]);
    // It looks at every unit of the machine; only what it says of ours counts.
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('jks2pem'));
    expect([status, said]).toEqual([0, []]);
  });

  test('what the service runs does its work', () => {
    const line = /^ExecStart=(.*)$/m.exec(blockWith('/etc/systemd/system/jks2pem.service').text)?.[1] ?? '';
    install('credentials/storepass', 'my-passphrase\n', 0o400);
    const environment = { PATH: servicePath, CREDENTIALS_DIRECTORY: join(machine, 'credentials') };
    const { status } = run('sh', ['-ec', `exec ${onMachine(line)}`], environment);
    expect([status, log()]).toEqual([0, 'postfix reload\n']);
    expect(pem()).toContain('PRIVATE KEY');
  });
});

/** The file that most recipes of the configuration file put in place. */
const oneServer = `[mail]
keystore = "/etc/keystore/mail.jks"
storepass = "file:/etc/keystore/password"
[[mail.to]]
out = "/etc/postfix/tls/mail.pem"
deploy-hook = "postfix reload"
`;

describe('systemd, with the configuration file', () => {
  const units = ['/etc/systemd/system/jks2pem-renew.timer', '/etc/systemd/system/jks2pem-renew.service'];

  test('the units are those of the Debian package, and systemd finds nothing wrong with them', () => {
    const paths = units.map((path) => {
      const { text } = blockWith(path);
      const name = basename(path);
      const [, ...lines] = text.split('\n');
      const packaged = readFileSync(join(project, 'packaging', name), 'utf8');
      expect(lines.join('\n').replace('/usr/bin/env jks2pem', '/usr/bin/jks2pem')).toBe(packaged);
      return install(name, text);
    });
    const { status, stdout, stderr } = run('systemd-analyze', ['verify', '--man=no', ...paths]);
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('jks2pem'));
    expect([status, said]).toEqual([0, []]);
  });

  test('what the service runs does its work, once', () => {
    const config = install('etc/jks2pem.toml', onMachine(oneServer));
    const line = /^ExecStart=(.*)$/m.exec(blockWith('/etc/systemd/system/jks2pem-renew.service').text)?.[1] ?? '';
    const environment = { PATH: servicePath, STATE_DIRECTORY: join(machine, 'var/lib/jks2pem') };
    mkdirSync(join(machine, 'var/lib/jks2pem'), { recursive: true });
    for (let i = 0; i < 2; i++) {
      const { status, stdout, stderr } = run('sh', ['-ec', `exec ${line} --config ${config}`], environment);
      expect([status, `${stdout}${stderr}`, log()]).toEqual([0, '', 'postfix reload\n']);
    }
    expect(pem()).toContain('PRIVATE KEY');
  });
});

test('Ansible puts keystore and configuration in place, and sees each change once', () => {
  // The command reads the file of the machine, and keeps its state there.
  const command = `STATE_DIRECTORY=${machine}/state exec ${process.execPath} ${project}/bin/jks2pem.js "$@"`;
  const config = `case "$*" in *--config*) ;; *) set -- "$@" --config ${machine}/etc/jks2pem.toml ;; esac`;
  install('usr/local/bin/jks2pem', `#!/bin/sh\n${config}\n${command}\n`, 0o755);
  install('files/jks2pem.toml', onMachine(oneServer));
  copyFileSync(join(project, 'fixtures/tomcat.keystore'), join(machine, 'files/mail.jks'));
  const playbook = install(
    'renew.yml',
    onMachine(blockWith('renew.yml').text).replace('hosts: mail', 'hosts: localhost'),
  );
  const play = (...args: string[]) => {
    const environment = {
      ANSIBLE_LOCALHOST_WARNING: 'False',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_PIPELINING: '1',
      HOME: machine,
      LC_ALL: 'C.UTF-8',
    };
    const options = [
      '-i',
      'localhost,',
      '-c',
      'local',
      '--skip-tags',
      'timer',
      '-e',
      'keystore_password=my-passphrase',
    ];
    const { status, stdout, stderr } = run('ansible-playbook', [...options, ...args, playbook], environment);
    expect([status, stderr.toString()], stdout.toString()).toEqual([0, '']);
    return /changed=(\d+)/.exec(stdout.toString())?.[1];
  };
  // Password and keystore (which stand there otherwise), the configuration, and what is made of it.
  expect([play(), log()]).toEqual(['4', 'postfix reload\n']);
  expect([play(), log()]).toEqual(['0', 'postfix reload\n']);
  expect(pem()).toContain('PRIVATE KEY');
  // Ten tasks, each of which starts Python: a minute on a machine that has other work.
}, 600_000);

test('the init container of a pod does its work with the file of a ConfigMap', () => {
  const program = 'import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)';
  const [map, pod] = JSON.parse(
    outputOf('/usr/bin/python3', ['-c', program], blockWith('mail-with-file.yaml').text).toString(),
  );
  const { initContainers, containers, volumes } = pod.spec;
  const [init] = initContainers;
  const mounts = (container: typeof init) => container.volumeMounts.map(({ name }: { name: string }) => name);
  expect(volumes.map(({ name }: { name: string }) => name)).toEqual(mounts(init));
  expect(volumes[0].configMap.name).toBe(map.metadata.name);
  expect(mounts(containers[0])).toEqual(['tls']);
  install('etc/jks2pem/jks2pem.toml', onMachine(map.data['jks2pem.toml']));
  const environment = Object.fromEntries(init.env.map(({ name }: { name: string }) => [name, 'my-passphrase']));
  const [tool, ...args] = init.command.map(onMachine);
  const { status, stderr } = run(tool, args, { ...environment, STATE_DIRECTORY: join(machine, 'state') });
  expect([status, stderr.toString()]).toEqual([0, expect.stringContaining('wrote')]);
  expect(pem()).toContain('PRIVATE KEY');
});

test('Ansible sees a change once, and none in a check', () => {
  install('tasks/main.yml', onMachine(blockWith('tasks/main.yml').text));
  install('handlers/main.yml', blockWith('handlers/main.yml').text);
  const playbook = install(
    'play.yml',
    `- hosts: localhost
  connection: local
  gather_facts: false
  vars: { keystore_password: my-passphrase }
  tasks: [{ import_tasks: tasks/main.yml }]
  handlers: [{ import_tasks: handlers/main.yml }]
`,
  );
  const play = (...args: string[]) => {
    const environment = { ANSIBLE_LOCALHOST_WARNING: 'False', ANSIBLE_NOCOLOR: '1', HOME: machine, LC_ALL: 'C.UTF-8' };
    const { status, stdout, stderr } = run('ansible-playbook', ['-i', 'localhost,', ...args, playbook], environment);
    expect([status, stderr.toString()]).toEqual([0, '']);
    return /changed=(\d+)/.exec(stdout.toString())?.[1];
  };
  // In a check the task tells of the change, and the handler, a command, is skipped.
  expect([play('--check'), log(), readdirSync(join(machine, 'etc/postfix/tls'))]).toEqual(['1', '', []]);
  expect([play(), log()]).toEqual(['2', 'postfix reload\n']);
  expect([play(), log()]).toEqual(['0', 'postfix reload\n']);
  expect(pem()).toContain('PRIVATE KEY');
});

test('the init container of the pod does its work', () => {
  // PyYAML comes with Ansible.
  const program = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
  const pod = JSON.parse(outputOf('/usr/bin/python3', ['-c', program], blockWith('mail.yaml').text).toString());
  const { initContainers, containers, volumes } = pod.spec;
  const [init] = initContainers;
  const mounts = (container: typeof init) => container.volumeMounts.map(({ name }: { name: string }) => name);
  expect(volumes.map(({ name }: { name: string }) => name)).toEqual(mounts(init));
  expect(mounts(containers[0])).toEqual(['tls']);
  const environment = Object.fromEntries(init.env.map(({ name }: { name: string }) => [name, 'my-passphrase']));
  const [tool, ...args] = init.command.map(onMachine);
  const { status, stderr } = run(tool, args, environment);
  expect([status, stderr.toString()]).toEqual([0, expect.stringContaining('wrote')]);
  expect(pem()).toContain('PRIVATE KEY');
});

test('cron runs it without a word, and has a word when something is wrong', () => {
  const lines = onMachine(blockWith('/etc/cron.d/jks2pem-mail').text).split('\n');
  const settings = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z]+)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const environment = { PATH: cronPath, SHELL: '/bin/sh', HOME: '/root', ...Object.fromEntries(settings) };
  const jobs = lines.flatMap((line) => {
    // crontab(5): five fields of time, the user, the command, in which a per cent sign would be a line end.
    const [, command] = /^(?:[\d*]+ ){5}root ([^%]+)$/.exec(line) ?? [];
    return command === undefined ? [] : [command];
  });
  expect(jobs).toHaveLength(2);
  const night = () =>
    jobs.map((job) => {
      const { status, stdout, stderr } = run('sh', ['-c', job], environment);
      return [status, `${stdout}${stderr}`];
    });
  expect(night()).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(night()).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(log()).toBe('postfix reload\n');
  chmodSync(join(machine, 'etc/postfix/tls/mail.pem'), 0o644);
  expect(night()[1]).toEqual([3, expect.stringContaining('every user can read the private key')]);
});
