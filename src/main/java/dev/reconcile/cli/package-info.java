/** Arguments, wiring and exit codes. */
@NullMarked
package dev.reconcile.cli;

import org.jspecify.annotations.NullMarked;
