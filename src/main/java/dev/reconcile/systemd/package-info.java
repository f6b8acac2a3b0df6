// SPDX-License-Identifier: Apache-2.0
/** Parses the command lines and environment files that systemd units name. It reads text only. */
@NullMarked
package dev.reconcile.systemd;

import org.jspecify.annotations.NullMarked;
