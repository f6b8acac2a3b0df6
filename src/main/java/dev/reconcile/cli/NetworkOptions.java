// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.NetworkSettings;
import dev.reconcile.model.TextFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The network settings of a command. Each setting comes from the command line, else from the
 * configuration, else from the caller's environment.
 */
public final class NetworkOptions {
  private static final String PROXY =
      """
      (?:(?:http|socks(?:4a?|5h?)?)://)?(?:[^/@\\s]+@)?(?:\\[[0-9a-fA-F:.]+]|[^:/@\\s\\[\\]]+)\
      (?::[0-9]{1,5})?/?\
      """;

  private NetworkOptions() {}

  /**
   * Reads the settings of a command.
   *
   * @throws CommandFailed if a setting is invalid
   */
  public static NetworkSettings of(Invocation arguments, Map<String, String> environment)
      throws CommandFailed {
    NetworkSettings settings = NetworkSettings.of(environment);
    for (Option.Single option : List.of(CommonOptions.HTTP_PROXY, CommonOptions.HTTPS_PROXY)) {
      Optional<String> proxy = arguments.value(option);
      if (proxy.isPresent()) {
        settings =
            settings.with(option.name().replace('-', '_'), checkedProxy(option, proxy.get()));
      }
    }
    List<String> direct = arguments.values(CommonOptions.NO_PROXY);
    if (!direct.isEmpty()) {
      settings = settings.with("no_proxy", String.join(",", direct));
    }
    Optional<String> authorities = arguments.value(CommonOptions.CA_BUNDLE);
    return authorities.isPresent() ? settings.trusting(checkedFile(authorities.get())) : settings;
  }

  private static String checkedProxy(Option option, String text) throws CommandFailed {
    if (!text.isEmpty() && !text.matches(PROXY)) {
      throw Invocation.usage(
          "Invalid proxy",
          """
          %s takes http://HOST:PORT or socks5://HOST:PORT, optionally with USER:PASSWORD@ \
          before HOST, not "%s".\
          """
              .formatted(option.dashed(), Diagnostic.masked(text)));
    }
    return text;
  }

  private static String checkedFile(String text) throws CommandFailed {
    if (!TextFormat.ABSOLUTE_PATH.accepts(text) || !Files.isReadable(Path.of(text))) {
      throw Invocation.usage(
          "Unreadable file of CA certificates",
          """
          --ca-bundle takes the absolute path of a readable file with certificates (PEM), \
          not "%s".\
          """
              .formatted(text));
    }
    return text;
  }
}
