/**
 * From the YAML files of a tree to typed values, or to diagnostics that name file, line and column.
 */
@NullMarked
package dev.reconcile.desired;

import org.jspecify.annotations.NullMarked;
