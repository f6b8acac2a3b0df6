// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Role;
import dev.reconcile.nginx.MaintenanceBlock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Short names for desired resources: equal digests mean equal desired state. A digest contains the
 * version of its format, so that those of an earlier version are recognised ({@link StateUpgrade}).
 */
final class Digests {
  private static final int BYTES = 16;
  private static final String FORMAT = "2:";

  /** Lines of the built-in site that depend on the host, or that every site has. */
  private static final List<Pattern> OF_ALL =
      Stream.of(
              "(?m)^    listen \\[::]:[0-9].*;\n",
              "(?m)^ +proxy_set_header X-Forwarded-Prefix \"\";\n",
              "(?m)^\n    include /etc/nginx/reconcile/.*;\n")
          .map(Pattern::compile)
          .toList();

  private Digests() {}

  /** Returns whether a digest has the present format. */
  static boolean isPresent(String digest) {
    return digest.startsWith(FORMAT);
  }

  /** Returns whether a digest has the present format or is empty. */
  static boolean isPresentOrNone(String digest) {
    return digest.isEmpty() || isPresent(digest);
  }

  /**
   * Returns handler id to a digest of everything that the handler loads.
   *
   * @param desired the desired state in which each file names its readers ({@link FileReaders})
   */
  static Map<String, String> byHandler(DesiredState desired) {
    Map<String, String> digests = earlier(desired);
    digests.replaceAll((id, digest) -> FORMAT + digest);
    return digests;
  }

  /**
   * Returns the same digests in the format of an earlier version, if {@code desired} is as it was
   * declared.
   */
  static Map<String, String> earlier(DesiredState desired) {
    Map<String, List<Declared>> inputs = new TreeMap<>();
    for (Declared declared : desired.resources().values()) {
      boolean lasting = Kinds.named(declared.address().kind()).isLasting();
      for (String id : lasting ? declared.notifies() : List.<String>of()) {
        inputs.computeIfAbsent(id, key -> new ArrayList<>()).add(declared);
      }
    }
    Map<String, String> digests = new TreeMap<>();
    inputs.forEach((id, declared) -> digests.put(id, of(declared, "")));
    return digests;
  }

  /**
   * Returns a digest of all resources of {@code app}, its health check and its release steps.
   *
   * @param desired the desired state in which each file names its readers ({@link FileReaders})
   * @param app the app
   */
  static String ofApp(DesiredState desired, String app) {
    String more = HealthProbes.of(desired, app) + DueReleases.words(desired, app);
    return FORMAT + of(resourcesOf(desired, app).stream().map(Digests::served).toList(), more);
  }

  /**
   * Returns the same digest in the format of an earlier version, if {@code desired} is as it was
   * declared.
   */
  static String earlierOfApp(DesiredState desired, String app) {
    return of(resourcesOf(desired, app), "");
  }

  /** Returns a digest of one resource. */
  static String ofResource(Declared declared) {
    return FORMAT + of(List.of(declared), "");
  }

  // Neither maintenance nor a line that all sites have is a new revision that ends a quarantine.
  private static Declared served(Declared declared) {
    if (declared.role() == Role.SITE
        && declared.settled()
            instanceof FileKind.Spec(Content content, FileAttributes attributes)) {
      String text = content.text();
      String plain = MaintenanceBlock.isIn(text) ? MaintenanceBlock.without(text) : text;
      String revision = plain;
      for (Pattern line : OF_ALL) {
        revision = line.matcher(revision).replaceAll("");
      }
      return revision.equals(text)
          ? declared
          : new Declared(
              declared.address(),
              new FileKind.Spec(Content.of(revision), attributes),
              declared.app(),
              declared.role(),
              declared.notifies(),
              declared.origin());
    }
    return declared;
  }

  private static List<Declared> resourcesOf(DesiredState desired, String app) {
    return desired.resources().values().stream()
        .filter(declared -> declared.app().equals(app))
        .filter(declared -> Kinds.named(declared.address().kind()).isLasting())
        .toList();
  }

  private static String of(List<Declared> inputs, String more) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Declared input : inputs) {
        sha.update(input.address().toString().getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        sha.update(Kinds.identity(input.address().kind(), input.settled()));
        sha.update((byte) 0);
      }
      sha.update(more.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha.digest(), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
