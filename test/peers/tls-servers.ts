import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { freePort, type Processes, waitForPort } from './processes.js';

/** A server with a configuration of its own that can be reloaded, in the foreground. */
export interface TlsServer {
  readonly port: number;
  /** The command that makes it read its files again. */
  readonly reload: string;
}

/** nginx, serving one file with key and chain. */
export async function startNginx(folder: string, bundle: string, processes: Processes): Promise<TlsServer> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    file,
    `
daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1;
events {}
http {
  access_log off; ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${bundle};
    ssl_certificate_key ${bundle};
    return 204;
  }
}
`,
  );
  const options = ['-c', file, '-p', folder, '-e', `${folder}/error.log`];
  processes.start('nginx', options);
  await waitForPort(port, 'nginx');
  return { port, reload: `nginx ${options.join(' ')} -s reload` };
}

/** Dovecot, serving the files that certbot would write. */
export async function startDovecot(folder: string, lineage: string, processes: Processes): Promise<TlsServer> {
  const port = await freePort();
  const file = join(folder, 'dovecot.conf');
  mkdirSync(join(folder, 'run'));
  // Its login processes run as another user.
  chmodSync(folder, 0o755);
  const tls = `ssl = required\nssl_cert = <${lineage}/fullchain.pem\nssl_key = <${lineage}/privkey.pem`;
  writeFileSync(file, dovecotConfiguration(folder, port, tls));
  processes.start('dovecot', ['-F', '-c', file]);
  await waitForPort(port, 'dovecot');
  return { port, reload: `doveadm -c ${file} reload` };
}

/** A Dovecot 2.3 of one's own, which speaks IMAP over TLS and lets everyone in. @param tls the lines about certificates */
export function dovecotConfiguration(folder: string, port: number, tls: string): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap
${tls}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${port}
    ssl = yes
  }
}
passdb {
  driver = static
  args = nopassword=y
}
`;
}

/** The fingerprint of the certificate that a client is shown, which trusts only this root. */
export function certificateOf(port: number, root: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: Buffer.from(root), servername: 'mail.example.com' }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`port ${port}: closed before the handshake`)));
  });
}
