/** Tries a plan's nginx and systemd files where nobody sees them, before anything is changed. */
@NullMarked
package dev.reconcile.trial;

import org.jspecify.annotations.NullMarked;
