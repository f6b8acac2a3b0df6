// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An app that was set up by hand: services of systemd that run from one folder.
 *
 * @param name the app's name in the tree
 * @param web its web process, by which the app has its code, its user and its addresses
 * @param others its other processes
 */
public record FoundApp(String name, WebProcess web, List<FoundProcess> others) {
  public FoundApp {
    others = List.copyOf(others);
  }

  /**
   * A variable of an environment.
   *
   * @param name the variable's name
   * @param value the variable's value
   * @param place the location where it is set
   */
  record Variable(String name, String value, SourceLocation place) {
    // a value may be a secret
    @Override
    public String toString() {
      return name;
    }
  }

  /** Returns this app under another name, with other instances of its web process. */
  FoundApp with(String otherName, List<FoundApp> twins) {
    return new FoundApp(otherName, web.with(twins.stream().map(FoundApp::web).toList()), others);
  }

  /** Returns this app with another process. */
  FoundApp and(FoundProcess process) {
    List<FoundProcess> more = new ArrayList<>(others);
    more.add(process);
    return new FoundApp(name, web, more);
  }

  /** Returns all processes, the web process first. */
  List<FoundProcess> processes() {
    List<FoundProcess> processes = new ArrayList<>(List.of(web));
    processes.addAll(others);
    return processes;
  }

  /** Returns the units of all instances of all processes. */
  List<Unit> units() {
    return processes().stream().flatMap(process -> process.units().stream()).toList();
  }

  /** Returns the unit of its web process. */
  public Unit unit() {
    return web.unit();
  }

  /** Returns the directory of its code. */
  public String directory() {
    return web.directory();
  }

  /** Returns the user that it runs as. */
  public String user() {
    return web.user();
  }

  /** Returns the group that it runs as; empty for the user's primary group. */
  public String group() {
    return web.group();
  }

  /** Returns its environment. */
  List<Variable> variables() {
    return web.variables();
  }

  /** Returns the location of the command of its web process. */
  SourceLocation exec() {
    return web.exec();
  }

  /** Tells whether reconcile made its units, so that a tree already describes it. */
  boolean isManaged() {
    return web.isManaged();
  }

  /** Tells whether the app's new unit replaces the unit of its web process. */
  boolean isReplaced() {
    return web.isReplaced(new Layout(name));
  }

  /**
   * Returns its addresses as {@code unix:PATH} or {@code tcp:PORT}, those of the running process
   * first.
   */
  public List<String> addresses() {
    return web.addresses();
  }

  /** Returns the address that it will listen on in the tree. */
  String addressInTree() {
    return isManaged() ? addresses().getFirst() : ListenAddress.ofApp(name);
  }

  /** Returns the variables' values by name. */
  static Map<String, String> values(List<Variable> variables) {
    Map<String, String> values = new TreeMap<>();
    variables.forEach(variable -> values.put(variable.name(), variable.value()));
    return values;
  }
}
