package dev.reconcile.model;

/**
 * A step at its place in the order of an apply.
 *
 * @param phase when
 * @param step what
 */
public record PhasedStep(Phase phase, Step step) {}
