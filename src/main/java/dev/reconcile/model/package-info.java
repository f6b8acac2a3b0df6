/** The vocabulary that every other package speaks: immutable values only, no input or output. */
@NullMarked
package dev.reconcile.model;

import org.jspecify.annotations.NullMarked;
