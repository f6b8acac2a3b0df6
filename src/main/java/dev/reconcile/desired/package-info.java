// SPDX-License-Identifier: Apache-2.0
/**
 * The reader of a tree's YAML files: it produces typed values, or diagnostics that name file, line
 * and column.
 */
@NullMarked
package dev.reconcile.desired;

import org.jspecify.annotations.NullMarked;
