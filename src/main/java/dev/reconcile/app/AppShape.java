package dev.reconcile.app;

import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;

/** The form of an app's file; {@code defaults:} has the same. */
public final class AppShape {
  private static final Schema PATH = Schema.text(TextFormat.ABSOLUTE_PATH);

  /** What {@code tls} says for a certificate that is made on the host. */
  static final String SELF_SIGNED = "self-signed";

  /** An app. */
  public static final Schema.Fields APP =
      Schema.fields("an app")
          .with("source", source(), "where the code comes from")
          .with("directory", PATH, "where the code is on the host")
          .with("user", Schema.text(TextFormat.USER), "who runs the app")
          .with("group", Schema.text(TextFormat.USER), "the group that runs the app")
          .with("venv", venv(), "the virtualenv")
          .with("gunicorn", gunicorn(), "how gunicorn serves the app")
          .with(
              "env",
              Schema.mapOf(TextFormat.NAME, Schema.text(TextFormat.VALUE)),
              "environment variables")
          .with(
              "secrets",
              Schema.mapOf(TextFormat.NAME, PATH),
              "variables whose values are host files")
          .with("health", health(), "what counts as working")
          .with("site", Schema.orOff(site()), "the nginx site, or false for none")
          .build();

  private AppShape() {}

  private static Schema source() {
    return Schema.fields("source")
        .with("git", Schema.text(TextFormat.GIT_URL), "the URL of the app's own repository")
        .with("ref", Schema.text(TextFormat.GIT_REF), "its branch, tag or commit")
        .with("folder", Schema.text(TextFormat.FOLDER), "a folder of this repo, or . for all of it")
        .with(
            "path",
            Schema.text(TextFormat.HOST_FOLDER),
            "a directory of the host that is not managed")
        .with("key", PATH, "ssh key of the host, for git and for requirements over git+ssh")
        .build();
  }

  private static Schema venv() {
    return Schema.fields("venv")
        .with("directory", PATH, "where it is")
        .with("python", Schema.text(TextFormat.PYTHON), "the interpreter")
        .with("requirements", requirements(), "requirements file in the source, or of this repo")
        .build();
  }

  private static Schema requirements() {
    return Schema.either(
        Schema.text(TextFormat.RELATIVE_PATH),
        Schema.fields("a list of this repo")
            .with("source", Schema.text(TextFormat.RELATIVE_PATH), "a file of this repo")
            .build());
  }

  private static Schema gunicorn() {
    return Schema.fields("gunicorn")
        .with("app", Schema.text(TextFormat.WSGI_APP), "module:callable")
        .with("workers", Schema.whole(1, 1000), "number of worker processes")
        .with("bind", Schema.choice("socket", "port", "socket-suffix"), "what it listens on")
        .with("access_log", Schema.orOff(PATH), "file of the access log, or false for none")
        .with("error_log", Schema.orOff(PATH), "file of the error log, or false for the journal")
        .with(
            "options",
            Schema.mapOf(
                TextFormat.SETTING,
                Schema.either(
                    Schema.text(TextFormat.VALUE), Schema.listOf(Schema.text(TextFormat.VALUE)))),
            "any other gunicorn setting by its own name")
        .build();
  }

  private static Schema health() {
    return Schema.fields("health")
        .with("path", Schema.text(TextFormat.URL_PATH), "the path that is asked for")
        .with("status", Schema.text(TextFormat.STATUS), "the status that counts as healthy")
        .with("timeout", Schema.text(TextFormat.DURATION), "how long a start may take")
        .build();
  }

  private static Schema site() {
    Schema log =
        Schema.fields("an access log")
            .with("path", PATH, "the file")
            .with("format", Schema.text(TextFormat.NAME), "one of nginx.log_formats, or combined")
            .build();
    return Schema.fields("site")
        .with(
            "server_name",
            Schema.oneOrMore(Schema.text(TextFormat.SERVER_NAME)),
            "names it answers to")
        .with(
            "redirect_http", Schema.orOff(redirect()), "what plain http answers when there is TLS")
        .with("tls", tls(), "the certificate")
        .with("client_max_body_size", Schema.text(TextFormat.SIZE), "largest request body")
        .with(
            "keepalive_timeout",
            Schema.text(TextFormat.DURATION),
            "how long idle connections stay open")
        .with(
            "methods",
            Schema.oneOrMore(Schema.text(TextFormat.METHOD)),
            "methods allowed; others: 444")
        .with("root", PATH, "nginx's root")
        .with(
            "access_log",
            Schema.orOff(Schema.oneOrMore(Schema.either(PATH, log))),
            "access logs, or false for none")
        .with("error_log", PATH, "the error log")
        .with("static", Schema.mapOf(TextFormat.URL_PREFIX, PATH), "URL prefix to directory")
        .with(
            "proxy_buffer_size", Schema.text(TextFormat.SIZE), "room for the headers of an answer")
        .with("extra", Schema.text(TextFormat.LINES), "raw lines for the server block")
        .with(
            "http",
            Schema.text(TextFormat.LINES),
            "raw lines for the http block: map, zones, upstream")
        .with("template", Schema.text(TextFormat.TEMPLATE_NAME), "a template of templates/")
        .build();
  }

  private static Schema redirect() {
    return Schema.fields("redirect_http")
        .with("to", Schema.text(TextFormat.NGINX_WORD), "the URL")
        .with("status", Schema.whole(301, 308), "301, 302, 303, 307 or 308")
        .build();
  }

  private static Schema tls() {
    return Schema.either(
        Schema.fields("tls")
            .with("certificate", PATH, "the chain, in PEM")
            .with("key", PATH, "the key, in PEM")
            .with("acme", acme(), "or where certbot gets both")
            .build(),
        Schema.choice(SELF_SIGNED));
  }

  private static Schema acme() {
    return Schema.fields("acme")
        .with("email", Schema.text(TextFormat.EMAIL), "whom the issuer can reach")
        .with(
            "server",
            Schema.text(TextFormat.HTTPS_URL),
            "its directory, if it is not Let's Encrypt's")
        .build();
  }
}
