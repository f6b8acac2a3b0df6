// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Advice on the key or file to change for errors of nginx that cannot be fixed in the text of the
 * site.
 */
final class NginxAdvice {
  private static final Pattern HASH =
      Pattern.compile(
          """
          could not build (?:optimal )?(?:the )?\\w+, you should increase (?:either \
          )?(\\w+): (\\d+)(?: or (\\w+): (\\d+))?.*\
          """);

  private static final String SIZES = "/etc/nginx/conf.d/hash-sizes.conf";

  /** The pattern of a message, and the advice for the word that the message quotes. */
  private record Case(Pattern message, Function<String, String> advice) {
    Case(String message, Function<String, String> advice) {
      this(Pattern.compile(message), advice);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(
              "zero size shared memory zone \"(.+)\"",
              zone ->
                  """
                  Define the zone under site.http, for example: limit_req_zone \
                  $binary_remote_addr zone=%s:10m rate=10r/s;\
                  """
                      .formatted(zone)),
          new Case(
              "\"\\w+_cache\" zone \"(.+)\" is unknown",
              zone ->
                  """
                  Define the zone under site.http, for example: proxy_cache_path \
                  /var/cache/nginx/%s keys_zone=%s:10m;\
                  """
                      .formatted(zone, zone)),
          new Case(
              "host not found in upstream \"([^\":]+)[^\"]*\"",
              name ->
                  name.contains(".")
                      ? """
                      This host cannot resolve %s now; nginx starts only if it can resolve all \
                      names.\
                      """
                          .formatted(name)
                      : "Define it under site.http: upstream " + name + " { server ADDRESS; }"),
          new Case(
              "unknown \"(.+)\" variable",
              name ->
                  "If a map, geo or split_clients is to set $%s, put that under site.http."
                      .formatted(name)),
          new Case(
              """
              "(map|geo|split_clients|upstream|limit_req_zone|limit_conn_zone|\\w+_cache_path)"\
               directive is not allowed here\
              """,
              name ->
                  "nginx allows %s only in its http block. Put it under site.http."
                      .formatted(name)),
          new Case(
              "\"ssl_stapling\" ignored",
              _ ->
                  """
                  Remove ssl_stapling: many issuers, Let's Encrypt among them, no longer \
                  answer the requests that it makes.\
                  """),
          new Case(
              "protocol options redefined for (.+)",
              address ->
                  """
                  nginx has one set of options for all servers of an address. Give every \
                  listen of %s the same ones (ssl, http2, quic, proxy_protocol).\
                  """
                      .formatted(address)),
          new Case(
              "\"(\\w+_hash_(?:bucket|max)_size)\" directive is not allowed here",
              name -> inFile(name, "128")),
          new Case(
              "\"log_format\" directive is not allowed here",
              _ -> "Define log formats under nginx.log_formats of reconcile.yaml."),
          new Case(
              "unknown log format \"(.+)\"",
              name -> "Add " + name + " to nginx.log_formats of reconcile.yaml."),
          new Case(
              "duplicate location \"/\"",
              _ ->
                  """
                  The site already has a location /, which passes requests to the app. To \
                  replace it, give the site a template (site.template).\
                  """),
          new Case(
              "unknown directive \"(.+)\"",
              name ->
                  """
                  %s is misspelt, or belongs to a module that is not loaded (packages: \
                  [libnginx-mod-…] in reconcile.yaml).\
                  """
                      .formatted(name)));

  private final Map<String, String> texts;

  /**
   * @param files the files that nginx may read
   */
  NginxAdvice(NginxFiles files) {
    this.texts = files.texts();
  }

  /**
   * Returns the advice; empty if the message itself, or the place that it names, shows what to do.
   */
  Optional<String> of(NginxMessage message) {
    Matcher hash = HASH.matcher(message.text());
    if (hash.matches()) {
      return Optional.of(size(hash));
    }
    for (Case known : CASES) {
      Matcher matcher = known.message().matcher(message.text());
      if (matcher.find()) {
        return Optional.of(known.advice().apply(matcher.groupCount() > 0 ? matcher.group(1) : ""));
      }
    }
    return Optional.empty();
  }

  // nginx names the directive to raise last, or alone. It must not be set in two files.
  private String size(MatchResult hash) {
    boolean either = hash.group(3) != null;
    String directive = String.valueOf(either ? hash.group(3) : hash.group(1));
    String now = String.valueOf(either ? hash.group(4) : hash.group(2));
    String wanted = Long.toString(2 * Long.parseLong(now));
    Pattern set = Pattern.compile("(?m)^[^#\\n]*\\b" + directive + "\\s+\\d+");
    for (Map.Entry<String, String> file : texts.entrySet()) {
      boolean read = !file.getKey().startsWith(NginxFiles.FOLDER + "/sites-available/");
      if (read && set.matcher(file.getValue()).find()) {
        return "%s sets %s. Change it to %s there.".formatted(file.getKey(), directive, wanted);
      }
    }
    if (directive.startsWith("referer_hash")) {
      return "Add to site.extra: %s %s;".formatted(directive, wanted);
    }
    return directive.startsWith("map_hash")
        ? """
        nginx takes %s only before the first map. Write "%s %s;" at the beginning of \
        the http block of /etc/nginx/nginx.conf.\
        """
            .formatted(directive, directive, wanted)
        : inFile(directive, wanted);
  }

  private static String inFile(String directive, String value) {
    return """
    %s belongs in nginx's http block. Add to reconcile.yaml: files: {%s: \
    {content: "%s %s;\\n"}}\
    """
        .formatted(directive, SIZES, directive, value);
  }
}
