// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the shipped jar on a real systemd, nginx and gunicorn, in a container without network.
 */
@NullMarked
package dev.reconcile.it;

import org.jspecify.annotations.NullMarked;
