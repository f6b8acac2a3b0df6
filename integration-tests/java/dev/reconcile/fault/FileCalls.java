// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The system calls that change a file system, in their order. The process ends after the n-th of
 * them, as by kill -9 or as by a power cut: then content that was not brought to the disk is gone,
 * while names and modes are as they were, as on a file system with a journal.
 *
 * <p>Invariant: once the process was to end, nothing is changed any more, whoever calls.
 */
public final class FileCalls {
  /** How the process ends. */
  public enum End {
    /** The kernel goes on: what was written stays. */
    KILL,
    /** The kernel ends too: files that were not synced are empty. */
    POWER_CUT
  }

  private final int at;
  private final End end;
  private final Runnable death;
  private final List<String> calls = new ArrayList<>();
  private final Map<Object, Pending> unsynced = new HashMap<>();
  private final SortedMap<Path, Thread> unsyncedFolders = new TreeMap<>();
  private final List<Set<Path>> losses = new ArrayList<>();
  private final List<String> tooEarly = new ArrayList<>();
  private boolean dead;

  /** A file whose content is not on the disk yet, and who wrote it. */
  private record Pending(Path file, Thread by) {}

  /** A system call. */
  interface Call<T> {
    /** Makes it. */
    T make() throws IOException;
  }

  /**
   * @param at after which call the process ends, counted from 1; 0 for never
   * @param end how
   * @param death ends the process; one that returns is taken for an end by an error
   */
  public FileCalls(int at, End end, Runnable death) {
    this.at = at;
    this.end = end;
    this.death = death;
  }

  /** The same files, all changes of which are counted here. */
  public Path wrap(Path place) {
    return new FaultyFileSystem(this, place.getFileSystem()).wrapped(place);
  }

  /** What was called until now, one line a call. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Whether the process was to end. */
  public synchronized boolean hasStruck() {
    return dead;
  }

  /** Whether a power cut after a call would empty other files than one after the call before. */
  public synchronized boolean losesMore(int call) {
    Set<Path> now = losses.get(call - 1);
    return !now.isEmpty() && (call == 1 || !now.equals(losses.get(call - 2)));
  }

  /**
   * Files whose content and folders whose names this thread has changed last, and that are not on
   * the disk yet; and files that had got their name before their content was there.
   */
  public synchronized List<String> notOnDisk() {
    List<String> all = new ArrayList<>(tooEarly);
    unsynced
        .values()
        .forEach(pending -> {
          if (pending.by().equals(Thread.currentThread())) {
            all.add("content of " + pending.file());
          }
        });
    unsyncedFolders.forEach((folder, thread) -> {
      if (thread.equals(Thread.currentThread())) {
        all.add("names in " + folder);
      }
    });
    return all;
  }

  synchronized <T> T change(String what, Path place, Call<T> call) throws IOException {
    if (dead) {
      throw new FaultyHost.Killed();
    }
    T result = call.make();
    calls.add(what + " " + place);
    losses.add(unsynced.values().stream().map(Pending::file).collect(Collectors.toSet()));
    if (calls.size() == at) {
      die();
    }
    return result;
  }

  private void die() throws IOException {
    dead = true;
    if (end == End.POWER_CUT) {
      for (Map.Entry<Object, Pending> entry : unsynced.entrySet()) {
        Path file = entry.getValue().file();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && entry.getKey().equals(key(file))) {
          FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
        }
      }
    }
    death.run();
    throw new FaultyHost.Killed();
  }

  synchronized void wrote(Path file) throws IOException {
    unsynced.put(key(file), new Pending(file, Thread.currentThread()));
  }

  synchronized void changedNames(Path folder) {
    unsyncedFolders.put(folder, Thread.currentThread());
  }

  synchronized void synced(Object key, Path place) {
    unsynced.remove(key);
    unsyncedFolders.remove(place);
  }

  /** What was at one path is at another: paths below it, too. */
  synchronized void moved(Path from, Path to) {
    if (unsynced.values().stream().anyMatch(pending -> pending.file().equals(from))) {
      tooEarly.add("content of " + to + " when it got its name");
    }
    unsynced.replaceAll((_, pending) -> new Pending(moved(pending.file(), from, to), pending.by()));
    for (Path folder : List.copyOf(unsyncedFolders.keySet())) {
      if (folder.startsWith(from)) {
        unsyncedFolders.put(moved(folder, from, to), unsyncedFolders.remove(folder));
      }
    }
  }

  private static Path moved(Path file, Path from, Path to) {
    if (!file.startsWith(from)) {
      return file;
    }
    return file.equals(from) ? to : to.resolve(from.relativize(file));
  }

  synchronized void removed(Path place) {
    unsynced.values().removeIf(pending -> pending.file().equals(place));
    unsyncedFolders.remove(place);
  }

  static Object key(Path place) throws IOException {
    try {
      return Objects.requireNonNull(
          Files.getAttribute(place, "unix:ino", LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("the test lost sight of " + place, e);
    }
  }
}
