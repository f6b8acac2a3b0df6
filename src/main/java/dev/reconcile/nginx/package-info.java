/** The language of nginx's configuration, as text. */
@NullMarked
package dev.reconcile.nginx;

import org.jspecify.annotations.NullMarked;
