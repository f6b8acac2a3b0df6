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
 * A kind of resource: how to see it on a host, how to show it, and which steps change it.
 *
 * <p>Invariant, kept by the contract test: after the steps of a change, {@link #observe} yields a
 * spec equal to the declared one. Deciding whether there is a change is not a kind's business.
 *
 * @param <S> what it should be; live and desired share this type, so drift is inequality
 */
public interface Kind<S extends Record> {
  /** The name that addresses use. */
  String name();

  /** The type of its specs. */
  Class<S> specType();

  /**
   * What is there now.
   *
   * @param facts the host
   * @param name the resource's name
   * @param desired what it should be; empty when it is only remembered
   */
  Live observe(Facts facts, String name, Optional<S> desired) throws HostException;

  /** A text form for people; a change is shown as the difference of two of these. */
  String render(S spec);

  /** What is right or wrong beside the text, on one line: a file's owner and mode. */
  default String details(S spec) {
    return "";
  }

  /** Whether {@link #render} may be shown. */
  default boolean isSecret(S spec) {
    return false;
  }

  /** The steps that make the change, each in its phase; pure. */
  List<PhasedStep> steps(Change change);

  /** The bytes by which two specs are told apart in a digest; by default the text form. */
  default byte[] identity(S spec) {
    return render(spec).getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the handlers of the resource must follow this change. */
  default boolean notifies(Change change) {
    return true;
  }

  /** Whether the resource is there to stay; what is only declared to be taken away is not. */
  default boolean isLasting() {
    return true;
  }

  /** The key of {@code reconcile.yaml} under which such resources are declared, if there is one. */
  default Optional<Section> section() {
    return Optional.empty();
  }

  /** Whether what has left the repo is removed; packages, for one, stay. */
  default boolean isPruned() {
    return true;
  }

  /**
   * Whether a trial shows nginx or systemd what the resource puts at its path, or takes away there.
   */
  default boolean isTried() {
    return false;
  }

  /** Whether a program can come to be at, or below, the path that the resource is named after. */
  default boolean bringsPrograms() {
    return false;
  }

  /** Whether the resource is a link to one of several trees in a store. */
  default boolean isVersioned() {
    return false;
  }

  /** {@code spec} as this kind's type. */
  default S cast(Record spec) {
    return specType().cast(spec);
  }

  /** One step when the resource is made. */
  default PhasedStep making(Role role, Step step) {
    return new PhasedStep(role.making(), step);
  }

  /** One step when the resource is removed. */
  default PhasedStep removing(Role role, Step step) {
    return new PhasedStep(role.removing(), step);
  }
}
