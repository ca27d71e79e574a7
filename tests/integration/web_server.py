# SPDX-License-Identifier: MIT
"""nginx and Apache httpd as people run them in front of Exchange: most goes to the server behind,
some folders are theirs."""
import os
import shutil
import tempfile

from peer import Peer

_NGINX = """
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
  default_type text/plain;
  types {{ text/html html; application/javascript js; }}
  limit_req_zone $binary_remote_addr zone=few:1m rate=2r/s;
  proxy_ssl_verify off;
  proxy_set_header Host $http_host;
  proxy_http_version 1.1;
  proxy_redirect off;
  server {{
    listen {address}:{port} ssl;
    ssl_certificate {certificate.chain_path};
    ssl_certificate_key {certificate.key_path};
    root {site};
{rules}
    location = /welcome.html {{ }}
    location = /missing.html {{ }}
    location / {{ proxy_pass https://{back}; }}
  }}
}}
"""

_MODULES = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic",
            "alias", "dir", "mime", "headers", "rewrite", "proxy", "proxy_http", "ssl",
            "socache_shmcb")
_APACHE = """
{modules}
ServerRoot {folder}
ServerName mail.example.test
PidFile {folder}/httpd.pid
DefaultRuntimeDir {folder}
Mutex file:{folder} default
ErrorLog {folder}/error.log
{user}
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
Listen {address}:{port}
SSLSessionCache none
SSLEngine on
SSLCertificateFile {certificate.chain_path}
SSLCertificateKeyFile {certificate.key_path}
SSLProxyEngine on
SSLProxyVerify none
SSLProxyCheckPeerName off
SSLProxyCheckPeerCN off
SSLProxyCheckPeerExpire off
ProxyPreserveHost on
KeepAlive on
DocumentRoot {site}
<Directory {site}>
  Require all granted
</Directory>
TypesConfig /dev/null
AddType text/html .html
{rules}
{proxied}
"""
_MODULE_DIR = "/usr/lib/apache2/modules"


class Front(Peer):
    """A front end whose own files are @files (path -> text)."""

    def __init__(self, folder, certificate, back, rules="", files=()):
        super().__init__(folder, certificate)
        self._back = "%s:%d" % (back.address, back.port)
        self._rules, self._files = rules, dict(files)

    def __enter__(self):
        # A worker of another user reads it, so it is not in the folder of the test.
        self._site = tempfile.mkdtemp(prefix="exprobe-site.")
        os.chmod(self._site, 0o755)
        for path, text in self._files.items():
            whole = os.path.join(self._site, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "w", encoding="utf-8") as f:
                f.write(text)
        return super().__enter__()

    def __exit__(self, *exception):
        super().__exit__(*exception)
        shutil.rmtree(self._site)

    def _fill(self, template, **more):
        return template.format(folder=self.folder, address=self.address, port=self.port,
                               certificate=self.certificate, site=self._site, back=self._back,
                               rules=self._rules.replace("@SITE@", self._site)
                               .replace("@BACK@", self._back), **more)


class NginxFront(Front):
    def argv(self):
        text = self._fill(_NGINX, user="user root;" if os.geteuid() == 0 else "")
        return ["nginx", "-p", self.folder, "-e", os.path.join(self.folder, "error.log"),
                "-c", self.write("nginx.conf", text)]


class ApacheFront(Front):
    # What Exchange answers for; the rest is this server's own.
    PROXIED = ("owa", "ecp", "EWS", "autodiscover", "Autodiscover", "mapi", "oab", "OAB", "rpc",
               "api", "powershell", "Microsoft-Server-ActiveSync", "aspnet_client")

    def __init__(self, *args, own=(), **kwargs):
        super().__init__(*args, **kwargs)
        self._own = own

    def argv(self):
        modules = "\n".join("LoadModule %s_module %s/mod_%s.so" % (m, _MODULE_DIR, m)
                            for m in _MODULES)
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        proxied = "\n".join('ProxyPass "/%s" "https://%s/%s"' % (p, self._back, p)
                            for p in self.PROXIED if p not in self._own)
        text = self._fill(_APACHE, modules=modules, user=user, proxied=proxied)
        return ["/usr/sbin/apache2", "-DFOREGROUND", "-d", self.folder,
                "-f", self.write("httpd.conf", text)]
