/** The commands: what each is asked for, what it runs, and what help says of it. */
@NullMarked
package dev.reconcile.command;

import org.jspecify.annotations.NullMarked;
