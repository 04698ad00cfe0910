// A proxy that leads HTTPS of one name to a server on loopback, and of all others nowhere. It speaks TLS in that server's
// place, with a certificate of its own that SSL_CERT_FILE makes known.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

/** Starts it: `name`, such as ghcr.io, is `server`, such as 127.0.0.1:5060. `environ` is what programs need. */
export async function startProxy(directory, name, server) {
  mkdirSync(directory, { recursive: true });
  const [key, cert] = [path.join(directory, 'key.pem'), path.join(directory, 'cert.pem')];
  const made = spawnSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', cert,
  ], { encoding: 'utf8' }); // prettier-ignore
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr ?? made.error}`);
  const secrets = { key: readFileSync(key), cert: readFileSync(cert) };
  const [host, port] = server.split(':');
  const open = new Set();
  const proxy = http.createServer((request, response) => response.writeHead(502).end());
  proxy.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  proxy.on('connect', (request, socket) => {
    socket.on('error', () => socket.destroy());
    if (request.url !== `${name}:443`) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const plain = new tls.TLSSocket(socket, { isServer: true, ...secrets });
    const there = net.connect(Number(port), host);
    for (const [one, other] of [[plain, there], [there, plain]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    environ: { HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}`, SSL_CERT_FILE: cert },
    stop: () => {
      proxy.close();
      open.forEach((socket) => socket.destroy());
    },
  };
}
