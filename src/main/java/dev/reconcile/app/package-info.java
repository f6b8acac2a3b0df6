/** What an app is, and which resources on the host it becomes. */
@NullMarked
package dev.reconcile.app;

import org.jspecify.annotations.NullMarked;
