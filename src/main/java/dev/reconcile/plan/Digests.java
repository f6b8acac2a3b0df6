package dev.reconcile.plan;

import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Short names for what resources should be: equal digests mean equal desired state. They say in
 * which way they were made, so that those of an earlier version are known ({@link StateUpgrade}).
 */
final class Digests {
  private static final int BYTES = 16;
  private static final String WAY = "2:";

  private Digests() {}

  /** Whether a digest was made in the present way. */
  static boolean isPresent(String digest) {
    return digest.startsWith(WAY);
  }

  /** The same, or that there is none. */
  static boolean isPresentOrNone(String digest) {
    return digest.isEmpty() || isPresent(digest);
  }

  /**
   * Handler id to a digest of all that it takes up.
   *
   * @param desired where each file names its readers ({@link FileReaders})
   */
  static Map<String, String> byHandler(DesiredState desired) {
    Map<String, String> digests = earlier(desired);
    digests.replaceAll((id, digest) -> WAY + digest);
    return digests;
  }

  /** The same in the way of an earlier version, if {@code desired} is as it was declared. */
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
   * A digest of everything that {@code app} should be, and of what it is asked.
   *
   * @param desired where each file names its readers ({@link FileReaders})
   */
  static String ofApp(DesiredState desired, String app) {
    return WAY + of(resourcesOf(desired, app), HealthProbes.of(desired, app));
  }

  /** The same in the way of an earlier version, if {@code desired} is as it was declared. */
  static String earlierOfApp(DesiredState desired, String app) {
    return of(resourcesOf(desired, app), "");
  }

  /** A digest of what one resource should be. */
  static String ofResource(Declared declared) {
    return WAY + of(List.of(declared), "");
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
