// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.HostKey;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Release;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The release steps of an app's revision, as a value for the plan. */
final class ReleasePlan {
  private ReleasePlan() {}

  /**
   * Returns the release of an app; empty if it has no steps.
   *
   * @param app the app
   * @param content a name of the content of its source
   * @param home the tree that the revision runs from
   * @param settings its variables and secrets
   * @param sandbox its sandbox
   * @param venv the virtualenv of the revision
   * @param restarts the ids of the handlers that restart its processes
   * @param facts the facts of the host, which may have a key for digests
   */
  static Optional<Release> of(
      App app,
      String content,
      String home,
      AppSettings.Texts settings,
      AppSandbox sandbox,
      String venv,
      List<String> restarts,
      Facts facts)
      throws HostException {
    if (app.release().isEmpty()) {
      return Optional.empty();
    }
    Content identity = Content.secret(identity(app, content + variant(home), settings, venv));
    String digest =
        HostKey.of(facts).map(key -> Digest.keyed(key, identity.text()).hex()).orElse("");
    List<Release.Command> commands =
        app.release().stream()
            .map(step ->
                new Release.Command(
                    step.command().words(),
                    step.command().timeout(),
                    step.stop(),
                    step.command().origin().words()))
            .toList();
    return Optional.of(
        new Release(app.name(), identity, digest, commands, sandbox, venv, restarts));
  }

  // A tree is named after its revision, and after what else goes into it, if there is anything.
  private static String variant(String home) {
    String name = home.substring(home.lastIndexOf('/') + 1);
    return name.contains(".") ? name.substring(name.indexOf('.')) : "";
  }

  // No part can contain the separators, so different parts give different texts. The timeout is not
  // part of it, because it changes nothing about what a step does.
  private static String identity(App app, String content, AppSettings.Texts settings, String venv) {
    StringBuilder text = new StringBuilder("release 1\n");
    text.append(content).append('\n').append(venv).append('\n');
    new TreeMap<>(app.env()).forEach((name, value) -> pair(text, "env ", name, value));
    for (Map.Entry<String, Content> secret : new TreeMap<>(settings.values()).entrySet()) {
      pair(text, "secret ", secret.getKey(), secret.getValue().text());
    }
    for (ReleaseStep step : app.release()) {
      text.append(step.stop() ? "stop" : "run");
      step.command().words().forEach(word -> text.append('\0').append(word));
      text.append('\n');
    }
    return text.toString();
  }

  private static void pair(StringBuilder text, String kind, String name, String value) {
    text.append(kind).append(name).append('=').append(value).append('\n');
  }
}
