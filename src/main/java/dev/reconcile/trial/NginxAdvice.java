package dev.reconcile.trial;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which key or file mends what nginx says, where the site's own text cannot. */
final class NginxAdvice {
  private static final Pattern HASH =
      Pattern.compile(
          "could not build (?:optimal )?(?:the )?\\w+, you should increase (?:either )?"
              + "(\\w+): (\\d+)(?: or (\\w+): (\\d+))?.*");

  private static final String SIZES = "/etc/nginx/conf.d/hash-sizes.conf";

  /** What a message looks like, and what to say of the word that it quotes. */
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
                  "Define the zone under site.http, for example: limit_req_zone"
                      + " $binary_remote_addr zone="
                      + zone
                      + ":10m rate=10r/s;"),
          new Case(
              "\"\\w+_cache\" zone \"(.+)\" is unknown",
              zone ->
                  "Define the zone under site.http, for example: proxy_cache_path"
                      + " /var/cache/nginx/"
                      + zone
                      + " keys_zone="
                      + zone
                      + ":10m;"),
          new Case(
              "host not found in upstream \"([^\":]+)[^\"]*\"",
              name ->
                  name.contains(".")
                      ? "This host's DNS does not know "
                          + name
                          + " now; nginx starts only with names that are known."
                      : "Define it under site.http: upstream " + name + " { server ADDRESS; }"),
          new Case(
              "unknown \"(.+)\" variable",
              name ->
                  "If a map, geo or split_clients is to set $"
                      + name
                      + ", put that under site.http."),
          new Case(
              "\"(map|geo|split_clients|upstream|limit_req_zone|limit_conn_zone|\\w+_cache_path)\""
                  + " directive is not allowed here",
              name -> "nginx has " + name + " in its http block: put it under site.http."),
          new Case(
              "\"(\\w+_hash_(?:bucket|max)_size)\" directive is not allowed here",
              name -> inFile(name, "128")),
          new Case(
              "\"log_format\" directive is not allowed here",
              _ -> "Log formats are nginx.log_formats of reconcile.yaml."),
          new Case(
              "unknown log format \"(.+)\"",
              name -> "Add " + name + " to nginx.log_formats of reconcile.yaml."),
          new Case(
              "duplicate location \"/\"",
              _ ->
                  "The site has a location / of its own, which asks the app. To write another, give"
                      + " the site a template (site.template)."),
          new Case(
              "unknown directive \"(.+)\"",
              name ->
                  name
                      + " is misspelt, or of a module that is not loaded (packages:"
                      + " [libnginx-mod-…] in reconcile.yaml)."));

  private final Map<String, String> texts;

  /**
   * @param files what nginx may read
   */
  NginxAdvice(NginxFiles files) {
    this.texts = files.texts();
  }

  /** What to do; empty if the message says it, or the place in it. */
  Optional<String> of(NginxMessage message) {
    Matcher hash = HASH.matcher(message.text());
    if (hash.matches()) {
      return Optional.of(size(hash));
    }
    for (Case one : CASES) {
      Matcher matcher = one.message().matcher(message.text());
      if (matcher.find()) {
        return Optional.of(one.advice().apply(matcher.groupCount() > 0 ? matcher.group(1) : ""));
      }
    }
    return Optional.empty();
  }

  // nginx names the directive to raise last, or alone; two files that set it are one too many
  private String size(MatchResult hash) {
    boolean either = hash.group(3) != null;
    String directive = String.valueOf(either ? hash.group(3) : hash.group(1));
    String now = String.valueOf(either ? hash.group(4) : hash.group(2));
    String wanted = Long.toString(2 * Long.parseLong(now));
    Pattern set = Pattern.compile("(?m)^[^#\\n]*\\b" + directive + "\\s+\\d+");
    for (Map.Entry<String, String> file : texts.entrySet()) {
      boolean read = !file.getKey().startsWith(NginxFiles.FOLDER + "/sites-available/");
      if (read && set.matcher(file.getValue()).find()) {
        return file.getKey() + " sets " + directive + ": write " + wanted + " there.";
      }
    }
    return inFile(directive, wanted);
  }

  private static String inFile(String directive, String value) {
    return directive
        + " belongs into nginx's http block. Add to reconcile.yaml: files: {"
        + SIZES
        + ": {content: \""
        + directive
        + " "
        + value
        + ";\\n\"}}";
  }
}
