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

/** Short names for what resources should be: equal digests mean equal desired state. */
final class Digests {
  private static final int BYTES = 16;

  private Digests() {}

  /** Handler id to a digest of all that it takes up. */
  static Map<String, String> byHandler(DesiredState desired) {
    Map<String, List<Declared>> inputs = new TreeMap<>();
    for (Declared declared : desired.resources().values()) {
      boolean lasting = Kinds.named(declared.address().kind()).isLasting();
      for (String id : lasting ? declared.notifies() : List.<String>of()) {
        inputs.computeIfAbsent(id, key -> new ArrayList<>()).add(declared);
      }
    }
    Map<String, String> digests = new TreeMap<>();
    inputs.forEach((id, declared) -> digests.put(id, of(declared)));
    return digests;
  }

  /** A digest of everything that {@code app} should be. */
  static String ofApp(DesiredState desired, String app) {
    return of(
        desired.resources().values().stream()
            .filter(declared -> declared.app().equals(app))
            .filter(declared -> Kinds.named(declared.address().kind()).isLasting())
            .toList());
  }

  private static String of(List<Declared> inputs) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Declared input : inputs) {
        sha.update(input.address().toString().getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        sha.update(Kinds.identity(input.address().kind(), input.settled()));
        sha.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
