# SPDX-License-Identifier: MIT
"""Real servers in front of simulated ones: started, waited for, stopped."""
import os
import subprocess

from sim.address import ADDRESSES, free_port
from sim.fleet import wait_ready

_NGINX = """
{module}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server_tokens off;
  server {{
    listen {address}:{port} ssl;
    ssl_certificate {certificate.chain_path};
    ssl_certificate_key {certificate.key_path};
    location / {{
      proxy_pass https://{back.address}:{back.port};
      proxy_ssl_verify off;
      proxy_set_header Host $http_host;
      proxy_http_version 1.1;
      proxy_redirect off;
      {rules}
    }}
  }}
}}
"""

_HAPROXY = """
global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend in
  bind {address}:{port} ssl crt {folder}/both.pem
  default_backend exchange
backend exchange
  balance roundrobin
  http-reuse never
{servers}
"""

# Connections go to the servers in turn; TLS ends behind.
_HAPROXY_TCP = """
global
  maxconn 200
defaults
  mode tcp
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend in
  bind {address}:{port}
  default_backend exchange
backend exchange
  balance roundrobin
{servers}
"""

_MODULE = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so"


class Peer:
    """A server that runs as a process of its own. A context manager."""

    def __init__(self, folder, certificate):
        self.folder = str(folder)
        self.certificate = certificate
        self._process = None

    def argv(self):
        """The command; called once the address and port are known."""
        raise NotImplementedError

    def __enter__(self):
        for _ in range(5):   # another process may have taken the port that was free
            self.address = ADDRESSES.one()
            self.port = free_port(self.address)
            try:
                self._start()
                return self
            except RuntimeError:
                continue
        raise RuntimeError("does not start:\n" + self.output())

    def __exit__(self, *_):
        self._stop()

    @property
    def where(self):
        return "%s:%d" % (self.address, self.port)

    def output(self):
        with open(os.path.join(self.folder, "output"), encoding="utf-8", errors="replace") as f:
            return f.read()[-4000:]

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def _start(self):
        with open(os.path.join(self.folder, "output"), "wb") as out:
            self._process = subprocess.Popen(self.argv(), stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=out, cwd=self.folder)
        try:
            wait_ready(self.address, self.port, self.certificate.der,
                       alive=lambda: self._process.poll() is None)
        except (RuntimeError, TimeoutError):
            self._stop()
            raise

    def _stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


class Nginx(Peer):
    """A reverse proxy in front of @back that treats answers by @rules."""

    def __init__(self, folder, certificate, back, rules=""):
        super().__init__(folder, certificate)
        self._back, self._rules = back, rules

    def argv(self):
        user = "user root;" if os.geteuid() == 0 else ""
        text = _NGINX.format(module="load_module %s;" % _MODULE, folder=self.folder, user=user,
                             address=self.address, port=self.port, certificate=self.certificate,
                             back=self._back, rules=self._rules)
        path = self.write("nginx.conf", text)
        log = os.path.join(self.folder, "error.log")
        return ["nginx", "-p", self.folder, "-e", log, "-c", path]


class Haproxy(Peer):
    """Requests go to @backs in turn; with @tcp, connections do."""

    def __init__(self, folder, certificate, backs, tcp=False):
        super().__init__(folder, certificate)
        self._backs, self._tcp = backs, tcp

    def argv(self):
        with open(self.certificate.chain_path, encoding="ascii") as chain, \
                open(self.certificate.key_path, encoding="ascii") as key:
            self.write("both.pem", chain.read() + key.read())
        tls = "" if self._tcp else " ssl verify none"
        servers = "\n".join("  server ex%d %s:%d%s" % (n, b.address, b.port, tls)
                            for n, b in enumerate(self._backs))
        template = _HAPROXY_TCP if self._tcp else _HAPROXY
        text = template.format(address=self.address, port=self.port, folder=self.folder,
                               servers=servers)
        return ["haproxy", "-db", "-f", self.write("haproxy.cfg", text)]


class OpensslServer(Peer):
    """openssl s_server with @options, answering any GET."""

    def __init__(self, folder, certificate, *options):
        super().__init__(folder, certificate)
        self._options = options

    def argv(self):
        return ["openssl", "s_server", "-accept", self.where, "-cert", self.certificate.chain_path,
                "-key", self.certificate.key_path, "-www", "-quiet"] + list(self._options)


# A network namespace of one's own: root makes it as it is, others as root of a user namespace.
AS_ROOT = os.geteuid() == 0
NEW_NETWORK = ("unshare", "-n") if AS_ROOT else ("unshare", "-rn")


class GnutlsServer:
    """Another TLS library, with @priority in its own words.

    It cannot be told an address to listen on, so it gets a network namespace where
    there is nothing but loopback; `enter` is the command that runs a client there."""

    ADDRESS, PORT = "127.0.0.1", 5443   # nobody else is in that namespace

    def __init__(self, certificate, priority):
        self._argv = [*NEW_NETWORK, "sh", "-c", 'ip link set lo up && exec "$@"', "sh",
                      "gnutls-serv", "--http", "--port", str(self.PORT), "--priority", priority,
                      "--x509certfile", certificate.chain_path,
                      "--x509keyfile", certificate.key_path]

    def __enter__(self):
        self._process = subprocess.Popen(self._argv, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        user = () if AS_ROOT else ("-U", "--preserve-credentials")
        self.enter = ("nsenter", "-t", str(self._process.pid), "-n", *user)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(10)

    def alive(self):
        return self._process.poll() is None
