// SPDX-License-Identifier: Apache-2.0
/**
 * The kinds of resources: one file for each kind, listed in Kinds; kinds do not depend on each
 * other.
 */
@NullMarked
package dev.reconcile.kind;

import org.jspecify.annotations.NullMarked;
