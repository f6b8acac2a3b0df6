// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * The limits of a run.
 *
 * @param maxPrune the greatest number of deletions
 * @param parallel the greatest number of apps that the run works on at the same time; 0 if the
 *     host's idle processors decide
 */
public record RunLimits(int maxPrune, int parallel) {}
