// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import dev.reconcile.host.Command;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.host.SealPolicy;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A host whose n-th change fails, or ends the process before, in the middle or after. A command
 * that only asks is no change.
 *
 * <p>Invariant: once the process was to end, nothing is changed any more, whoever calls.
 */
public final class FaultyHost implements Host {
  private static final Set<String> QUESTIONS =
      Set.of("show", "is-active", "is-enabled", "list-units", "cat");

  private final Host host;
  private final Fault fault;
  private final Runnable death;
  private final Consumer<String> after;
  private final HalfDone halfDone;
  private final List<String> calls = new ArrayList<>();
  private boolean dead;

  /** How the process ends inside a test: nothing but {@code Main} catches it. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed by the test");
    }
  }

  private interface Call {
    void run() throws HostException;
  }

  /**
   * @param host the real one
   * @param fault what happens
   * @param death ends the process; one that returns is taken for an end by an error
   */
  public FaultyHost(Host host, Fault fault, Runnable death) {
    this(host, fault, death, _ -> {});
  }

  /**
   * @param host the real one
   * @param after told of each call that has been made
   */
  public FaultyHost(Host host, Consumer<String> after) {
    this(host, Fault.NONE, () -> {}, after);
  }

  private FaultyHost(Host host, Fault fault, Runnable death, Consumer<String> after) {
    this.host = host;
    this.fault = fault;
    this.death = death;
    this.after = after;
    this.halfDone = new HalfDone(host);
  }

  /** What was called until now, one line a call. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Whether the fault has happened. */
  public synchronized boolean hasStruck() {
    return fault.at() > 0 && calls.size() >= fault.at();
  }

  private void call(String what, Call half, Call whole) throws HostException {
    int number = count(what);
    boolean struck = number == fault.at();
    switch (fault.mode()) {
      case BEFORE -> {
        die(struck);
        whole.run();
        after.accept(what);
      }
      case HALF -> {
        if (struck) {
          half.run();
          die(true);
        }
        whole.run();
      }
      case AFTER -> {
        whole.run();
        die(struck);
      }
      case FAIL_ONCE, FAIL_FROM -> {
        boolean later = fault.mode() == Fault.Mode.FAIL_FROM && number > fault.at();
        if (fault.at() > 0 && (struck || later)) {
          throw new HostException(
              HostFailure.INPUT_OUTPUT, "Cannot " + what + ": " + fault.errno());
        }
        whole.run();
      }
    }
  }

  private synchronized int count(String what) {
    if (dead) {
      throw new Killed();
    }
    calls.add(what);
    return calls.size();
  }

  private void die(boolean now) {
    if (!now) {
      return;
    }
    synchronized (this) {
      dead = true;
    }
    death.run();
    throw new Killed();
  }

  @Override
  public String runName() {
    return host.runName();
  }

  @Override
  public Facts facts() {
    return host.facts();
  }

  @Override
  public Path onDisk(String path) throws HostException {
    return host.onDisk(path);
  }

  // A program that failed is a result, not an exception: only ends of the process are tried here.
  @Override
  public Result run(Command command) throws HostException {
    if (asks(command)) {
      return ask(command);
    }
    List<Result> result = new ArrayList<>();
    Call whole = () -> result.add(host.run(command));
    if (fault.mode().kills()) {
      call("run " + text(command), () -> halfDone.run(command, death), whole);
    } else {
      count("run " + text(command));
      whole.run();
    }
    return result.getFirst();
  }

  // A run asks until an answer is there: the number of its questions depends on the time.
  private static boolean asks(Command command) {
    return switch (command.argv().getFirst()) {
      case "systemctl" -> command.argv().stream().anyMatch(QUESTIONS::contains);
      case "journalctl", "ss", "apt-cache" -> true;
      default -> false;
    };
  }

  private Result ask(Command command) throws HostException {
    synchronized (this) {
      if (dead) {
        throw new Killed();
      }
    }
    return host.run(command);
  }

  // some are whole scripts, and a call is a line
  private static String text(Command command) {
    return command.text().lines().map(String::strip).collect(Collectors.joining(" "));
  }

  @Override
  public void makeDirectory(String path, FileAttributes attributes) throws HostException {
    call(
        "make the directory " + path,
        () -> halfDone.makeDirectory(path),
        () -> host.makeDirectory(path, attributes));
  }

  @Override
  public void writeFile(String path, Content content, FileAttributes attributes)
      throws HostException {
    call(
        "write " + path,
        () -> halfDone.write(path, content),
        () -> host.writeFile(path, content, attributes));
  }

  @Override
  public void writeState(String path, Content content, FileAttributes attributes)
      throws HostException {
    call(
        "write " + path,
        () -> halfDone.write(path, content),
        () -> host.writeState(path, content, attributes));
  }

  @Override
  public void setAttributes(String path, FileAttributes attributes) throws HostException {
    call(
        "set the attributes of " + path,
        () -> halfDone.setAttributes(path),
        () -> host.setAttributes(path, attributes));
  }

  @Override
  public void writeLink(String path, String target) throws HostException {
    call("link " + path, () -> halfDone.link(path, target), () -> host.writeLink(path, target));
  }

  @Override
  public void remove(String path) throws HostException {
    call("remove " + path, () -> {}, () -> host.remove(path));
  }

  @Override
  public void removeEmptyDirectory(String path) throws HostException {
    call("remove the directory " + path, () -> {}, () -> host.removeEmptyDirectory(path));
  }

  @Override
  public void discardTree(String path) throws HostException {
    call("remove " + path, () -> halfDone.discard(path), () -> host.discardTree(path));
  }

  @Override
  public void backUp(String path) throws HostException {
    call("move away " + path, () -> {}, () -> host.backUp(path));
  }

  @Override
  public void restore(String run, String path) throws HostException {
    call("bring back " + path, () -> {}, () -> host.restore(run, path));
  }

  @Override
  public void clearUnfinished(String path) throws HostException {
    call("clear up beside " + path, () -> {}, () -> host.clearUnfinished(path));
  }

  @Override
  public void linkSocket(String socket, String path) throws HostException {
    call("link the socket " + path, () -> {}, () -> host.linkSocket(socket, path));
  }

  @Override
  public void publish(String staging, String path) throws HostException {
    call("rename to " + path, () -> halfDone.discard(staging), () -> host.publish(staging, path));
  }

  @Override
  public void moveData(String from, String to) throws HostException {
    call("move data to " + to, () -> halfDone.moveData(from, to), () -> host.moveData(from, to));
  }

  @Override
  public void seal(String build, String path, SealPolicy seal) throws HostException {
    call(
        "copy what was built to " + path,
        () -> {
          host.seal(build, path, seal);
          halfDone.discard(path);
        },
        () -> host.seal(build, path, seal));
  }
}
