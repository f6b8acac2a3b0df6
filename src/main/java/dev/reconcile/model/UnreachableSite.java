// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * The reason why visitors do not reach an app that is in its desired state.
 *
 * @param reason the obstacle, in a few words
 * @param byReload whether a reload of nginx is sufficient once its files are correct
 */
public record UnreachableSite(String reason, boolean byReload) {}
