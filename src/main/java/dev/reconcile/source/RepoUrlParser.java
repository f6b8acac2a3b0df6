// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser of repository addresses. It refuses addresses that ssh could read as an option or git as
 * a program.
 */
final class RepoUrlParser {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final Pattern SCP =
      Pattern.compile("(?:([^/@:]+)@)?(\\[[0-9A-Fa-f:.]+]|[^/@:\\[\\]]+):(.+)");
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9+._-]*");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:([^@]*)@)?(\\[[0-9A-Fa-f:.]+]|[^:@\\[\\]]+)(?::([0-9]{1,5}))?");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*|[0-9A-Fa-f:.]+");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*");
  private static final Set<String> MISSPELT = Set.of("ssh", "https", "http", "git", "file");
  private static final String ALLOWED =
      "Allowed are git@host:path, ssh://host/path, https://host/path, file:///path and a directory.";

  private RepoUrlParser() {}

  static RepoUrl parse(String text) throws SourceException {
    if (text.isBlank()) {
      throw bad("The address is empty.");
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c))) {
      throw bad("The address holds a line break or another control character.");
    }
    if (text.startsWith("-")) {
      throw bad(
          "The address begins with \"-\", like an option. For a directory, write ./ before it.");
    }
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.matches()) {
      return withScheme(scheme.group(1).toLowerCase(Locale.ROOT), scheme.group(2));
    }
    int colon = text.indexOf(':');
    int slash = text.indexOf('/');
    if (colon < 0 || (slash >= 0 && slash < colon)) {
      return new RepoUrl.Directory(path(text));
    }
    if (text.startsWith("::", colon) && HELPER.matcher(text.substring(0, colon)).matches()) {
      throw bad(
          "git's remote helpers (%s::) run programs."
              .formatted(PrintableText.line(text.substring(0, colon))));
    }
    return scp(text);
  }

  private static RepoUrl withScheme(String scheme, String rest) throws SourceException {
    return switch (scheme) {
      case "https" -> https(rest);
      case "ssh" -> ssh(rest);
      case "file" -> file(rest);
      case "http", "git" ->
          throw bad(
              """
              %s:// is neither encrypted nor authenticated: anyone on the way could \
              change what this server runs.\
              """
                  .formatted(scheme));
      default -> throw bad(PrintableText.line(scheme) + ":// is not supported.");
    };
  }

  private static RepoUrl https(String rest) throws SourceException {
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    if (slash < 0 || slash == rest.length() - 1) {
      throw bad("https:// needs a host and a path.");
    }
    Matcher parts = AUTHORITY.matcher(authority);
    if (!parts.matches() || !isHost(unbracketed(parts.group(2)))) {
      throw bad("The address has no proper host name.");
    }
    if (rest.indexOf(' ') >= 0) {
      throw bad("The address holds a space.");
    }
    return new RepoUrl.Https("https://" + rest);
  }

  private static RepoUrl ssh(String rest) throws SourceException {
    int slash = rest.indexOf('/');
    if (slash < 0 || slash == rest.length() - 1) {
      throw bad("ssh:// needs a host and a path.");
    }
    Matcher parts = AUTHORITY.matcher(rest.substring(0, slash));
    if (!parts.matches()) {
      throw bad("The address has no proper host name.");
    }
    int port = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
    if (parts.group(3) != null && (port < 1 || port > 65535)) {
      throw bad("The port must lie between 1 and 65535.");
    }
    String path = decoded(rest.substring(slash));
    return checked(
        parts.group(1), parts.group(2), port, path.startsWith("/~") ? path.substring(1) : path);
  }

  private static RepoUrl scp(String text) throws SourceException {
    Matcher parts = SCP.matcher(text);
    if (!parts.matches()) {
      throw bad("The address looks like host:path, but is not.");
    }
    if (MISSPELT.contains(parts.group(2))) {
      throw bad("After \"" + parts.group(2) + ":\" two slashes are missing.");
    }
    return checked(parts.group(1), parts.group(2), 0, parts.group(3));
  }

  private static RepoUrl checked(String user, String host, int port, String path)
      throws SourceException {
    String name = unbracketed(host);
    if (!isHost(name)) {
      throw bad("\"" + PrintableText.line(name) + "\" is not a host name.");
    }
    if (user != null && user.indexOf(':') >= 0) {
      throw bad("ssh takes no password in the address: use a deploy key.");
    }
    if (user != null && !USER.matcher(user).matches()) {
      throw bad("\"" + PrintableText.line(user) + "\" is not a user name.");
    }
    if (path.startsWith("-")) {
      throw bad("The path begins with \"-\", like an option.");
    }
    return new RepoUrl.Ssh(Optional.ofNullable(user), name, port, path);
  }

  private static RepoUrl file(String rest) throws SourceException {
    String local = rest.startsWith("localhost/") ? rest.substring("localhost".length()) : rest;
    if (!local.startsWith("/")) {
      throw bad("file:// needs an absolute path: file:///srv/repo.git.");
    }
    return new RepoUrl.FileUrl(path(decoded(local)));
  }

  private static Path path(String text) throws SourceException {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      if (LocaleNames.hasRefused(e)) {
        throw e;
      }
      throw bad(
          "\"%s\" is not a path on this machine: %s."
              .formatted(PrintableText.line(text), e.getReason()));
    }
  }

  /** Decodes percent escapes and checks the result again for control characters. */
  private static String decoded(String path) throws SourceException {
    try {
      String plain = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (plain.chars().anyMatch(c -> Character.isISOControl(c))) {
        throw bad("The address holds a line break or another control character.");
      }
      return plain;
    } catch (IllegalArgumentException e) {
      throw bad("The address holds a % that is no escape; write %25 for a percent sign.");
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isHost(String name) {
    return HOST.matcher(name).matches();
  }

  private static SourceException bad(String why) {
    return new SourceException(
        SourceException.Reason.BAD_URL, "Unusable repository address", why + " " + ALLOWED);
  }
}
