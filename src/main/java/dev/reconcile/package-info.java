/** The entry point of the program. */
@NullMarked
package dev.reconcile;

import org.jspecify.annotations.NullMarked;
