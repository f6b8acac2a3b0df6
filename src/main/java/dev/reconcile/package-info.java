/** Where a run of the program begins. */
@NullMarked
package dev.reconcile;

import org.jspecify.annotations.NullMarked;
