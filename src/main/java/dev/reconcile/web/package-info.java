/** The web server as visitors meet it: what nginx reads, who it runs as, and who answers. */
@NullMarked
package dev.reconcile.web;

import org.jspecify.annotations.NullMarked;
