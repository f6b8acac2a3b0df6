/** The one boundary to the machine: facts are read and changes are made here and nowhere else. */
@NullMarked
package dev.reconcile.host;

import org.jspecify.annotations.NullMarked;
