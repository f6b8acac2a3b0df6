// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A kind of resource: how to observe it on a host, how to show it, and which steps change it.
 *
 * <p>Invariant, checked by the contract test: after the steps of a change, {@link #observe} yields
 * a spec equal to the declared one. A kind does not decide whether there is a change.
 *
 * @param <S> the spec; live and desired share this type, so drift is inequality
 */
public interface Kind<S extends Record> {
  /** Returns the kind's name in addresses. */
  String name();

  /** Returns the type of its specs. */
  Class<S> specType();

  /**
   * Returns the live resource.
   *
   * @param facts the host
   * @param name the resource's name
   * @param desired the desired spec; empty when the resource is only remembered
   */
  Live observe(Facts facts, String name, Optional<S> desired) throws HostException;

  /** Returns a text form for people; a plan shows a change as the difference of two of these. */
  String render(S spec);

  /** Returns the attributes beside the text, on one line: a file's owner and mode. */
  default String details(S spec) {
    return "";
  }

  /** Returns whether {@link #render} must not be shown. */
  default boolean isSecret(S spec) {
    return false;
  }

  /** Returns the steps that make the change, each in its phase; pure. */
  List<PhasedStep> steps(Change change);

  /** Returns the bytes that distinguish two specs in a digest; by default the text form. */
  default byte[] identity(S spec) {
    return render(spec).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether the handlers of the resource must follow this change. */
  default boolean notifies(Change change) {
    return true;
  }

  /**
   * Returns whether the resource is meant to stay; a resource that is declared only to be removed
   * is not.
   */
  default boolean isLasting() {
    return true;
  }

  /** Returns the key of {@code reconcile.yaml} that declares such resources, if there is one. */
  default Optional<Section> section() {
    return Optional.empty();
  }

  /**
   * Returns whether a run removes a resource that has left the repo; packages, for example, stay.
   */
  default boolean isPruned() {
    return true;
  }

  /**
   * Returns whether a trial shows nginx or systemd what the resource puts at its path or removes
   * there.
   */
  default boolean isTried() {
    return false;
  }

  /** Returns whether the resource can create a program at, or below, the path that names it. */
  default boolean bringsPrograms() {
    return false;
  }

  /** Returns whether the resource is a link to one of several trees in a store. */
  default boolean isVersioned() {
    return false;
  }

  /** Casts {@code spec} to this kind's type. */
  default S cast(Record spec) {
    return specType().cast(spec);
  }

  /** Returns a step in the phase in which the resource is made. */
  default PhasedStep making(Role role, Step step) {
    return new PhasedStep(role.making(), step);
  }

  /** Returns a step in the phase in which the resource is removed. */
  default PhasedStep removing(Role role, Step step) {
    return new PhasedStep(role.removing(), step);
  }
}
