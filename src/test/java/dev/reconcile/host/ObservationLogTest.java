// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a run has seen, and whether a later one sees the same. */
class ObservationLogTest {
  private static final long MARGIN = TimeUnit.SECONDS.toNanos(1);

  @TempDir Path root;
  private Path file;
  private FileTime time;

  /** Something that is done to a host that was looked at. */
  private interface Deed {
    void to(ObservationLogTest host) throws IOException;
  }

  private static final Map<String, Deed> TAMPERING =
      Map.ofEntries(
          Map.entry("other size", test -> Files.writeString(test.file, "longer than it was")),
          Map.entry("same size", test -> Files.writeString(test.file, "two")),
          Map.entry(
              "same size and time",
              test -> {
                Files.writeString(test.file, "two");
                Files.setLastModifiedTime(test.file, test.time);
              }),
          Map.entry(
              "another file moved in",
              test -> {
                Path other = Files.writeString(test.root.resolve("other"), "two");
                Files.setLastModifiedTime(other, test.time);
                Files.move(other, test.file, StandardCopyOption.REPLACE_EXISTING);
              }),
          Map.entry("the same written anew", test -> Files.writeString(test.file, "one")),
          Map.entry("gone", test -> Files.delete(test.file)),
          Map.entry(
              "a folder in its place",
              test -> {
                Files.delete(test.file);
                Files.createDirectory(test.file);
              }),
          Map.entry(
              "a link to the same",
              test -> {
                Files.move(test.file, test.root.resolve("moved"));
                Files.createSymbolicLink(test.file, test.root.resolve("moved"));
              }),
          Map.entry(
              "other mode",
              test ->
                  Files.setPosixFilePermissions(
                      test.file, PosixFilePermissions.fromString("rw-rw-rw-"))),
          Map.entry(
              "other link target",
              test -> {
                Files.delete(test.root.resolve("etc/link"));
                Files.createSymbolicLink(test.root.resolve("etc/link"), Path.of("elsewhere"));
              }),
          Map.entry("one more name", test -> Files.createFile(test.root.resolve("etc/sites/more"))),
          Map.entry(
              "one name another",
              test ->
                  Files.move(test.root.resolve("etc/sites/a"), test.root.resolve("etc/sites/b"))),
          Map.entry("one name less", test -> Files.delete(test.root.resolve("etc/sites/a"))),
          Map.entry(
              "something where nothing was",
              test -> Files.createFile(test.root.resolve("etc/absent"))),
          Map.entry(
              "a folder replaced",
              test -> {
                Files.move(test.root.resolve("etc/owned"), test.root.resolve("etc/was-owned"));
                Files.createDirectory(test.root.resolve("etc/owned"));
              }),
          Map.entry(
              "other mode of a folder",
              test ->
                  Files.setPosixFilePermissions(
                      test.root.resolve("etc/owned"),
                      PosixFilePermissions.fromString("rwxrwxrwx"))),
          Map.entry(
              "a link above replaced",
              test -> {
                Path other = Files.createDirectory(test.root.resolve("second"));
                Files.writeString(other.resolve("deep"), "one");
                Files.delete(test.root.resolve("etc/way"));
                Files.createSymbolicLink(test.root.resolve("etc/way"), Path.of("/second"));
              }),
          Map.entry(
              "a link above made a folder",
              test -> {
                Files.delete(test.root.resolve("etc/way"));
                Files.createDirectory(test.root.resolve("etc/way"));
              }));

  @BeforeEach
  void furnish() throws IOException {
    Path etc = Files.createDirectory(root.resolve("etc"));
    file = Files.writeString(etc.resolve("file"), "one");
    time = Files.getLastModifiedTime(file);
    Files.createSymbolicLink(etc.resolve("link"), Path.of("target"));
    Files.createDirectory(etc.resolve("sites"));
    Files.createFile(etc.resolve("sites/a"));
    Files.createDirectory(etc.resolve("owned"));
    Files.createDirectory(root.resolve("first"));
    Files.writeString(root.resolve("first/deep"), "one");
    Files.createSymbolicLink(etc.resolve("way"), Path.of("/first"));
  }

  private Facts facts() throws HostException {
    return new LocalHost(root, new ProcessRunner(), "run", List.of()).facts();
  }

  private ObservationLog look() throws HostException {
    Facts facts = facts();
    facts.stat("/etc/file");
    facts.read("/etc/file", 100);
    facts.stat("/etc/link");
    facts.readLink("/etc/link");
    facts.list("/etc/sites");
    facts.stat("/etc/owned");
    facts.stat("/etc/absent");
    facts.stat("/etc/owned/also-absent");
    facts.read("/etc/way/deep", 100);
    return facts.observations();
  }

  @Test
  void nothingHappened() throws Exception {
    List<String> lines = look().lines();
    assertThat(facts().difference(lines)).isEmpty();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(8).doesNotHaveDuplicates();
  }

  static Set<String> tampering() {
    return TAMPERING.keySet();
  }

  @ParameterizedTest
  @MethodSource("tampering")
  void tamperingIsSeen(String what) throws Exception {
    List<String> lines = look().lines();
    pause(); // else the clock of the file system may not have ticked: see isProof
    Objects.requireNonNull(TAMPERING.get(what)).to(this);
    assertThat(facts().difference(lines)).isPresent();
  }

  @Test
  void whatIsOnlyMadeSureToBeThereMayGrow() throws Exception {
    Facts facts = facts();
    facts.stat("/etc/file");
    facts.stat("/etc/owned");
    List<String> lines = facts.observations().lines();
    pause();
    Files.writeString(file, "a log grows");
    Files.createFile(root.resolve("etc/owned/new"));
    assertThat(facts().difference(lines)).isEmpty();
  }

  @Test
  void aMomentThatComesIsSeen() throws Exception {
    Facts facts = facts();
    Instant soon = Instant.now().plusSeconds(2);
    assertThat(facts.isPast(soon)).isFalse();
    assertThat(facts.isPast(Instant.now().minusSeconds(1))).isTrue();
    List<String> lines = facts.observations().lines();
    assertThat(facts().difference(lines)).isEmpty();
    Thread.sleep(Duration.between(Instant.now(), soon.plusSeconds(1)));
    assertThat(facts().difference(lines)).contains(String.valueOf(soon.getEpochSecond()));
  }

  @Test
  void whatChangedAMomentAgoProvesNothing() throws Exception {
    FileStamp mark = FileStamp.of(file).orElseThrow();
    ObservationLog observations = look();
    long newest = mark.changedNanos();
    assertThat(observations.isProof(newest, MARGIN)).isFalse();
    assertThat(observations.isProof(newest + 2 * MARGIN, MARGIN)).isTrue();
  }

  @Test
  void whatCannotBeAskedAgainProvesNothing() throws Exception {
    ObservationLog observations = look();
    observations.invalidate();
    assertThat(observations.isProof(Long.MAX_VALUE, MARGIN)).isFalse();
  }

  @Test
  void linesOfAnotherVersionAreRefused() {
    for (String line : List.of("x1 /etc", "c /etc", "", "c1", "c! /etc", "t1 port")) {
      assertThatThrownBy(() -> facts().difference(List.of(line)))
          .as(line)
          .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aPathWithALineBreakIsNotPlain() throws Exception {
    Facts facts = facts();
    facts.stat("/etc/a\nb");
    assertThat(facts.observations().isPlain()).isFalse();
  }

  @Test
  void unitsCountByNameAndStateInWhicheverOrder() {
    UnitFacts up = new UnitFacts("active", "running", false, "/a");
    UnitFacts idle = new UnitFacts("inactive", "dead", false, "/a");
    UnitFacts failed = new UnitFacts("failed", "failed", false, "/a");
    long mark = SystemdUnits.mark(Map.of("a.service", up, "b.service", failed));
    assertThat(SystemdUnits.mark(Map.of("b.service", failed, "a.service", up))).isEqualTo(mark);
    assertThat(SystemdUnits.mark(Map.of("a.service", up, "b.service", failed, "c.service", idle)))
        .isEqualTo(mark);
    assertThat(SystemdUnits.mark(Map.of("a.service", up, "b.service", up))).isNotEqualTo(mark);
    assertThat(SystemdUnits.mark(Map.of("a.service", up))).isNotEqualTo(mark);
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
