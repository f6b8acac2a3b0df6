/** The words of command lines and the files of variables that units name, as text. */
@NullMarked
package dev.reconcile.systemd;

import org.jspecify.annotations.NullMarked;
