// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.SelfSigned;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Placeholders in a trial for files that a step generates and a plan cannot contain. nginx refuses
 * a site without its key, and the key is generated only when the plan is applied.
 */
final class PlaceholderFiles {
  private static final Duration VALID = Duration.ofDays(1);

  private PlaceholderFiles() {}

  /**
   * Replaces a change that generates files by changes that create these files with contents for a
   * test; returns any other change as it is.
   *
   * @param which the paths of interest; a key is generated only if one of its files matches
   */
  static Stream<Change> of(Change change, Predicate<String> which) {
    return Overlay.after(change)
        .filter(after -> after.spec() instanceof SelfSignedKind.Spec)
        .map(after -> files(after, (SelfSignedKind.Spec) after.spec(), which))
        .orElseGet(() -> Stream.of(change));
  }

  private static Stream<Change> files(
      Declared after, SelfSignedKind.Spec spec, Predicate<String> which) {
    String folder = after.address().name();
    String certificate = SelfSignedKind.certificate(folder);
    String key = SelfSignedKind.key(folder);
    if (!which.test(certificate) && !which.test(key)) {
      return Stream.empty();
    }
    SelfSigned pair = SelfSigned.of(spec.names(), Instant.now(), VALID);
    return Stream.of(file(after, certificate, pair.certificate()), file(after, key, pair.key()));
  }

  private static Change file(Declared after, String path, Content content) {
    return new Change.Create(
        new Declared(
            FileKind.address(path),
            new FileKind.Spec(content, FileAttributes.root(0600)),
            after.app(),
            after.role(),
            List.of(),
            after.origin()));
  }
}
