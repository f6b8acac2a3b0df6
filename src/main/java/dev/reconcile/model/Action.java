package dev.reconcile.model;

/**
 * A step at its place in the order of an apply.
 *
 * @param phase when
 * @param step what
 */
public record Action(Phase phase, Step step) {}
