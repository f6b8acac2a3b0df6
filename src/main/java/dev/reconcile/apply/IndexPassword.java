// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Installation.IndexLogin;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The password of a private index of packages, in a build of the app that names it. pip, poetry and
 * uv read it from {@code ~/.netrc} of the build, which only the build's user can read. In the
 * index's URL, it would be in the arguments of the pip that pip starts to install a build backend.
 *
 * @param texts all forms of the password; empty without one
 */
record IndexPassword(List<String> texts) {
  private static final String NETRC = "/.netrc";
  private static final String MASK = "********";

  /** What every version of Python reads alike in a netrc: others take \ and " for quotes. */
  private static final Pattern PLAIN = Pattern.compile("[!#-\\[\\]-~]+");

  IndexPassword {
    texts = List.copyOf(texts);
  }

  /**
   * Writes the password into the home of a build.
   *
   * @param login the login; empty for none
   */
  static IndexPassword give(Host host, BuildDirectories room, Optional<IndexLogin> login)
      throws HostException, StepException {
    if (login.isEmpty()) {
      return new IndexPassword(List.of());
    }
    IndexLogin at = login.get();
    String password =
        new String(host.facts().read(at.file(), Limits.KEY_FILE), StandardCharsets.UTF_8).strip();
    if (!PLAIN.matcher(password).matches()) {
      throw new StepException(
          "Unusable index password",
          """
          %s must contain one line of printable ASCII characters without blanks, quotation \
          marks and backslashes.\
          """
              .formatted(at.file()));
    }
    host.writeState(
        room.home() + NETRC,
        Content.secret(
            "machine %s login %s password %s\n".formatted(at.host(), at.user(), password)),
        FileAttributes.root(0600));
    String both = at.user() + ":" + password;
    return new IndexPassword(
        Stream.of(
                password,
                URLEncoder.encode(password, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)))
            .distinct()
            .toList());
  }

  /** Returns a failure of the build, whose output may contain the password, without it. */
  StepException masked(StepException failure) {
    String detail = failure.diagnostic().detail();
    for (String text : texts) {
      detail = detail.replace(text, MASK);
    }
    return texts.isEmpty() ? failure : new StepException(failure.diagnostic().summary(), detail);
  }
}
