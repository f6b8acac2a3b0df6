/** Carries out a plan, and remembers what was done. */
@NullMarked
package dev.reconcile.apply;

import org.jspecify.annotations.NullMarked;
