package dev.reconcile.app;

import dev.reconcile.model.Rule;
import dev.reconcile.model.Shape;

/** The form of an app's file; {@code defaults:} has the same. */
public final class AppShape {
  private static final Shape PATH = Shape.text(Rule.ABSOLUTE_PATH);

  /** What {@code tls} says for a certificate that is made on the host. */
  static final String SELF_SIGNED = "self-signed";

  /** An app. */
  public static final Shape.Fields APP =
      Shape.fields("an app")
          .with("source", source(), "where the code comes from")
          .with("directory", PATH, "where the code is on the host")
          .with("user", Shape.text(Rule.USER), "who runs the app")
          .with("group", Shape.text(Rule.USER), "the group that runs the app")
          .with("venv", venv(), "the virtualenv")
          .with("gunicorn", gunicorn(), "how gunicorn serves the app")
          .with("env", Shape.mapOf(Rule.NAME, Shape.text(Rule.VALUE)), "environment variables")
          .with("secrets", Shape.mapOf(Rule.NAME, PATH), "variables whose values are host files")
          .with("health", health(), "what counts as working")
          .with("site", Shape.orOff(site()), "the nginx site, or false for none")
          .build();

  private AppShape() {}

  private static Shape source() {
    return Shape.fields("source")
        .with("git", Shape.text(Rule.GIT_URL), "the URL of the app's own repository")
        .with("ref", Shape.text(Rule.GIT_REF), "its branch, tag or commit")
        .with("folder", Shape.text(Rule.FOLDER), "a folder of this repo, or . for all of it")
        .with("path", Shape.text(Rule.HOST_FOLDER), "a directory of the host that is not managed")
        .with("key", PATH, "ssh key of the host, for git and for requirements over git+ssh")
        .build();
  }

  private static Shape venv() {
    return Shape.fields("venv")
        .with("directory", PATH, "where it is")
        .with("python", Shape.text(Rule.PYTHON), "the interpreter")
        .with("requirements", Shape.text(Rule.RELATIVE_PATH), "requirements file in the source")
        .build();
  }

  private static Shape gunicorn() {
    return Shape.fields("gunicorn")
        .with("app", Shape.text(Rule.WSGI_APP), "module:callable")
        .with("workers", Shape.whole(1, 1000), "number of worker processes")
        .with("bind", Shape.choice("socket", "port", "socket-suffix"), "what it listens on")
        .with("access_log", Shape.orOff(PATH), "file of the access log, or false for none")
        .with("error_log", Shape.orOff(PATH), "file of the error log, or false for the journal")
        .with(
            "options",
            Shape.mapOf(
                Rule.SETTING,
                Shape.either(Shape.text(Rule.VALUE), Shape.listOf(Shape.text(Rule.VALUE)))),
            "any other gunicorn setting by its own name")
        .build();
  }

  private static Shape health() {
    return Shape.fields("health")
        .with("path", Shape.text(Rule.URL_PATH), "the path that is asked for")
        .with("status", Shape.text(Rule.STATUS), "the status that counts as healthy")
        .with("timeout", Shape.text(Rule.DURATION), "how long a start may take")
        .build();
  }

  private static Shape site() {
    Shape log =
        Shape.fields("an access log")
            .with("path", PATH, "the file")
            .with("format", Shape.text(Rule.NAME), "one of nginx.log_formats, or combined")
            .build();
    return Shape.fields("site")
        .with("server_name", Shape.oneOrMore(Shape.text(Rule.SERVER_NAME)), "names it answers to")
        .with("redirect_http", Shape.orOff(redirect()), "what plain http answers when there is TLS")
        .with("tls", tls(), "the certificate")
        .with("client_max_body_size", Shape.text(Rule.SIZE), "largest request body")
        .with("keepalive_timeout", Shape.text(Rule.DURATION), "how long idle connections stay open")
        .with("methods", Shape.oneOrMore(Shape.text(Rule.METHOD)), "methods allowed; others: 444")
        .with("root", PATH, "nginx's root")
        .with(
            "access_log",
            Shape.orOff(Shape.oneOrMore(Shape.either(PATH, log))),
            "access logs, or false for none")
        .with("error_log", PATH, "the error log")
        .with("static", Shape.mapOf(Rule.URL_PREFIX, PATH), "URL prefix to directory")
        .with("proxy_buffer_size", Shape.text(Rule.SIZE), "room for the headers of an answer")
        .with("extra", Shape.text(Rule.LINES), "raw lines for the server block")
        .with("http", Shape.text(Rule.LINES), "raw lines for the http block: map, zones, upstream")
        .with("template", Shape.text(Rule.TEMPLATE_NAME), "a template of templates/")
        .build();
  }

  private static Shape redirect() {
    return Shape.fields("redirect_http")
        .with("to", Shape.text(Rule.NGINX_WORD), "the URL")
        .with("status", Shape.whole(301, 308), "301, 302, 303, 307 or 308")
        .build();
  }

  private static Shape tls() {
    return Shape.either(
        Shape.fields("tls")
            .with("certificate", PATH, "the chain, in PEM")
            .with("key", PATH, "the key, in PEM")
            .with("acme", acme(), "or where certbot gets both")
            .build(),
        Shape.choice(SELF_SIGNED));
  }

  private static Shape acme() {
    return Shape.fields("acme")
        .with("email", Shape.text(Rule.EMAIL), "whom the issuer can reach")
        .with("server", Shape.text(Rule.HTTPS_URL), "its directory, if it is not Let's Encrypt's")
        .build();
  }
}
