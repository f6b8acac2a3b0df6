// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * A step with the phase of an apply in which it runs.
 *
 * @param phase the phase
 * @param step the step
 */
public record PhasedStep(Phase phase, Step step) {}
